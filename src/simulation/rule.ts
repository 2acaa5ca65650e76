/** Which simulated containers a rule applies to. Every given field must match; without fields every container matches. */
export interface SimulationSelector {
  /** Name of the Job that owns the Pod. @default any */
  job?: string | undefined;
  /** Name of the CronJob. @default any */
  cronJob?: string | undefined;
  /** Name of the Deployment. @default any */
  deployment?: string | undefined;
  /** Name of the StatefulSet. @default any */
  statefulSet?: string | undefined;
  /** Name of the DaemonSet. @default any */
  daemonSet?: string | undefined;
  /** Name of the Pod. @default any */
  pod?: string | undefined;
  /** Kind of the Pod or of one of its owners, for kinds without an option of their own. @default any */
  kind?: string | undefined;
  /** Name of an object of that kind. @default any */
  name?: string | undefined;
  /** Labels of the Pod. @default any */
  labels?: Readonly<Record<string, string>> | undefined;
  /** Image of the container; `*` matches any text. @default any */
  image?: string | undefined;
  /** Name of the container. Only this and `image` match init containers. @default all regular containers */
  container?: string | undefined;
}

/** What simulated containers do instead of the default. */
export interface SimulationEffect {
  /** The container exits by itself with this code, 0 to 255. @default none */
  exitCode?: number | undefined;
  /** The container runs out of memory and is killed: exit code 137, reason `OOMKilled`. @default false */
  oomKilled?: boolean | undefined;
  /** The container exits after every start, with `exitCode` or 1. An object sets the pauses between starts. @default false */
  crashLoop?: boolean | { backoffMs?: number | undefined; maxBackoffMs?: number | undefined } | undefined;
  /**
   * The number of selected Pods that the node evicts for lack of memory, each once it runs; `true` is one. The rule does not
   * apply to the Pods that replace them. @default false
   */
  evict?: boolean | number | undefined;
  /** How long the container runs before it exits or its Pod is evicted, in milliseconds. @default the engine's shortest delay */
  afterMs?: number | undefined;
  /** The image cannot be pulled. A text is the reason; `true` is `not found`. @default false */
  imagePullError?: boolean | string | undefined;
  /** The container runs and never becomes ready. @default false */
  neverReady?: boolean | undefined;
  /** How long the container runs before it is ready, in milliseconds. @default 0 */
  readyAfterMs?: number | undefined;
  /** How long the container takes to exit when its Pod is deleted, in milliseconds, at most the grace period. @default 0 */
  stopAfterMs?: number | undefined;
  /** The container's log. @default a line that says that the container is simulated */
  logs?: string | undefined;
}

/** How some simulated containers behave. */
export interface SimulationRule extends SimulationSelector, SimulationEffect {}

/** A rule as it is sent to the engine. */
export interface WireRule {
  selector: {
    kind?: string;
    name?: string;
    labels?: Record<string, string>;
    image?: string;
    container?: string;
  };
  effect: {
    exitCode?: number;
    oomKilled?: boolean;
    crashLoop?: { backoffMs?: number; maxBackoffMs?: number };
    evict?: number;
    afterMs?: number;
    imagePullError?: string;
    neverReady?: boolean;
    readyAfterMs?: number;
    stopAfterMs?: number;
    logs?: string;
  };
}
