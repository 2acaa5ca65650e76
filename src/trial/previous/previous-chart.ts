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

/** The trials of a run that compares with previous versions. */
export interface PreviousPlans<Plan> extends AsyncDisposable {
  plans: Plan[];
  /** What was left out and why, for people. */
  notes: string[];
}
