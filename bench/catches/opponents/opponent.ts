/** A chart as another tool gets it. */
export interface TriedChart {
  directory: string;
  releaseName: string;
  /** The namespace of the release, which exists. */
  namespace: string;
  valuesFiles: readonly string[];
  /** The file with what `helm template` renders; `undefined` if it renders nothing. */
  manifest: string | undefined;
  /** The version to judge for; `undefined` for that of the engine. */
  kubeVersion: string | undefined;
  /** The kubeconfig of a control plane of this version. */
  kubeconfig: string;
  /** The directory with JSON schemas of this version. */
  schemas: string;
}

/** Another tool that judges charts. */
export interface Opponent {
  /** The head of its column, such as `kubeconform -strict`. */
  name: string;
  /** Such as `github.com/yannh/kubeconform v0.8.0`. */
  version: string;
  /** The command line, for the reader. */
  command: string;
  /** What the tool complains about, one text each; empty if it passes the chart. */
  complain(chart: TriedChart): Promise<string[]>;
}

/** A tool that cannot be tried on this machine. */
export interface AbsentOpponent {
  name: string;
  version: string;
  command: string;
  /** Why. */
  absence: string;
}
