import type { Finding } from "../findings/finding.ts";
import type { ObjectRef } from "../kube/object-ref.ts";
import type { TrialChart, TrialError } from "../trial/trial-result.ts";

/** Why the change of a field matters less than it looks. */
export type Mark =
  /** A checksum that follows from the change of another object. */
  | "checksum"
  /** The chart's own version in a label. */
  | "version";

/** A field that differs. */
export interface FieldDiff {
  /** `spec.template.spec.containers[app].image`: items of lists by their key where Kubernetes has one, else by position. */
  field: string;
  /** Absent when the field did not exist. The data of Secrets reads `***`. */
  before?: unknown;
  /** Absent when the field no longer exists. */
  after?: unknown;
  mark?: Mark;
}

/** Where an object of a chart comes from. */
export type Role = "manifest" | "hook" | "crd";

/** An object that differs. */
export interface ObjectDiff {
  change: "added" | "removed" | "changed" | "renamed";
  /** As it is now; of a removed object, as it was. */
  object: ObjectRef;
  /** Of a renamed object: as it was. */
  before?: ObjectRef;
  role: Role;
  template?: string;
  /** Empty for an object that was added or removed. */
  fields: FieldDiff[];
  /** The Pod template of a Deployment, StatefulSet or DaemonSet differs: its Pods are created anew. */
  recreatesPods?: true;
}

/** A field whose value is another one in each rendering, and which is therefore not compared. */
export interface RandomField {
  object: ObjectRef;
  field: string;
}

/** What the API server would make of an upgrade from the previous version. */
export interface StoredDiff {
  /** Objects that the upgrade creates, changes and deletes (`removed`), with the defaults of the API server. */
  objects: ObjectDiff[];
  /** What the API server refuses. */
  refused: Finding[];
  /** Hooks that the upgrade runs, as `Job migrate (pre-upgrade)`. */
  hooks: string[];
}

/** What differs between two versions of a chart, both rendered with one set of values. */
export interface CaseDiff {
  name: string;
  /** `errored`: one of the versions could not be rendered. `skipped`: there is nothing to compare. */
  verdict: "same" | "differs" | "errored" | "skipped";
  /** The case is new: the previous version was rendered with the values file as it is now. */
  isNew?: true;
  objects: ObjectDiff[];
  /** NOTES.txt as rendered. */
  notes?: { before: string; after: string };
  /** Not compared: the values differ in each rendering of one version. */
  random: RandomField[];
  /** Only with `--server`. */
  stored?: StoredDiff;
  error?: TrialError;
  /** Why it is skipped. */
  reason?: string;
}

/** What differs between two versions of a chart. */
export interface ChartDiff {
  chart: TrialChart;
  change: "changed" | "new" | "removed" | "renamed";
  /** The version that it is compared with; absent for a new chart. */
  previous?: { version: string; source: string; path?: string };
  verdict: CaseDiff["verdict"];
  cases: CaseDiff[];
}

/** The result of `seatrial diff`. */
export interface DiffResult {
  /** The worst of all charts: `errored`, `differs`, `same`. */
  verdict: "same" | "differs" | "errored";
  charts: ChartDiff[];
  /** Charts without a changed file, which were not rendered. */
  unchanged: string[];
  /** What was left out and why. */
  notes: string[];
  durationMs: number;
}

/** The worst verdict; `skipped` when nothing was compared. */
export function worstVerdict(verdicts: readonly CaseDiff["verdict"][]): CaseDiff["verdict"] {
  const order = ["errored", "differs", "same"] as const;
  return order.find((verdict) => verdicts.includes(verdict)) ?? "skipped";
}
