import type { ObjectRef } from "../kube/object-ref.ts";

/** The step of a trial that a finding was made in. */
export type FindingStep =
  | "load"
  | "lint"
  | "template"
  | "dry-run"
  | "install"
  | "upgrade"
  | "rollback"
  | "test"
  | "uninstall"
  | "leftovers";

/** One thing that is wrong (`error`) or questionable (`warning`) about a chart. Plain JSON. */
export interface Finding {
  severity: "error" | "warning";
  step: FindingStep;
  message: string;
  /** The API Status' reason (`Invalid`, `Forbidden`, `NotFound` …), the reason of one of its causes, or Helm's error code. */
  reason?: string;
  object?: ObjectRef;
  /** The field at fault, such as `spec.ports[0].port`. */
  field?: string;
  /** The template that made the object, as Helm names it: `web/templates/service.yaml`. */
  template?: string;
  /** The line in that template when Helm told it, 1-based. */
  line?: number;
  /** What else is known, a line each: owners, states, last events. */
  notes?: string[];
  /** One action that the reader can take. */
  hint?: string;
}

/** The findings that make a chart fail. */
export function errorFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity === "error");
}
