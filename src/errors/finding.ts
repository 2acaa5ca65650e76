/** What names an object: enough to find it again. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  /** Absent for cluster-scoped objects, and for objects of a kind that may or may not be namespaced. */
  namespace?: string;
  name: string;
}

/** The step of a trial in which a finding was made. */
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
  | "leftovers"
  | "reinstall"
  | "upgrade-from"
  | "both-helms"
  | "helm-upgrade";

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
  /** The template that rendered the object, as Helm names it: `web/templates/service.yaml`. */
  template?: string;
  /** The line in that template, 1-based, when Helm reports it. */
  line?: number;
  /** What else is known, a line each: owners, states, last events. */
  notes?: string[];
  /** One action that the reader can take. */
  hint?: string;
}
