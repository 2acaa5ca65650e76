import type { ChartText } from "./template/chart-text.ts";

/**
 * The right answer to a fault: an error, a warning, a fact about rights, "could not be checked" with the input that is missing, or
 * nothing, for changes that only look like a fault.
 */
export type Answer = "error" | "warning" | "fact" | "not-checked" | "nothing";

/** What kind of fault it is, and who is likely to see it. */
export type FaultGroup =
  | "rendering"
  | "server refuses"
  | "version"
  | "reference dangles"
  | "RBAC"
  | "readiness"
  | "policy"
  | "upgrade"
  | "second install"
  | "leftovers"
  | "values"
  | "right as it is";

/** Where a chart was changed, and so what a report has to name. */
export interface Place {
  /** The file of the chart. */
  file: string;
  /** The kind of the object at fault; absent if the fault is not one of an object. */
  kind?: string;
  /** The field at fault: `spec.ports.0.name`, or `a|b` for one of several. Absent if the object as a whole is wrong. */
  field?: string;
}

/** How seatrial is called for a fault. Faults with equal scenes are tried in one run. */
export interface Scene {
  /** @default "check" */
  command?: "values";
  /** Further options: `["--as", "namespace-admin"]`. */
  args?: readonly string[];
  /** Whether the chart without the fault is the previous version. */
  isUpgrade?: true;
}

/** One kind of fault. */
export interface Fault {
  /** Unique, such as `service-selects-nothing`. */
  id: string;
  /** What is wrong: `a Service selects labels that no Pod has`. */
  title: string;
  answer: Answer;
  /** The steps of `seatrial check` in which it may be found. @default any */
  steps?: readonly string[];
  scene?: Scene;
  /** Changes a copy of a chart. Returns `undefined`, and changes nothing, if the chart has no place for the fault. */
  apply(chart: ChartText): Place | undefined;
}

/** The faults of one group. */
export interface FaultSet {
  group: FaultGroup;
  faults: readonly Fault[];
}
