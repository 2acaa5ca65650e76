/** The version of a chart that a trial upgrades from. */
export interface PreviousChart {
  /** Absolute: a directory or a `.tgz`. */
  chartPath: string;
  /** As Chart.yaml has it; empty when that cannot be read. */
  version: string;
  /** Where it comes from, for people: `main (merge base 1a2b3c4)`, `dist/web-1.0.0.tgz`. */
  source: string;
  /** Absolute values files of the case. */
  values: string[];
  /** Whether the two may be the same chart for Helm: a file may have changed that Helm does not read. */
  mayBeSame: boolean;
}

/** A chart that is not simply compared with what it was. */
export interface ChartHistory {
  /** `unchanged`: it is left out. `new` and `packaged`: there is no previous version of it. */
  kind: "unchanged" | "new" | "packaged" | "renamed" | "removed";
  /** As Chart.yaml has it. */
  name: string;
  /** Where it is now, as in the plans; absent for a removed chart. */
  path?: string;
  /** Relative to the repository's root: where it was, of a renamed or removed chart. */
  directory?: string;
  /** Where the previous version is: `main (merge base 1a2b3c4)`. */
  source: string;
}

/** The trials of a run that compares with previous versions. */
export interface PreviousPlans<Plan> extends AsyncDisposable {
  plans: Plan[];
  /** What was left out and why, for people. */
  notes: string[];
  /** What the notes say about charts. @default nothing is known about them */
  histories?: ChartHistory[];
}
