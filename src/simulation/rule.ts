/** Which simulated containers a rule is for. All that is given must match; nothing given matches every container. */
export interface SimulationSelector {
  /** Name of a Job whose Pods are meant. @default any */
  job?: string | undefined;
  /** Name of a CronJob. @default any */
  cronJob?: string | undefined;
  /** Name of a Deployment. @default any */
  deployment?: string | undefined;
  /** Name of a StatefulSet. @default any */
  statefulSet?: string | undefined;
  /** Name of a DaemonSet. @default any */
  daemonSet?: string | undefined;
  /** Name of a Pod. @default any */
  pod?: string | undefined;
  /** Kind of the Pod or of any of its owners, for kinds that have no option of their own. @default any */
  kind?: string | undefined;
  /** Name of an object of that kind. @default any */
  name?: string | undefined;
  /** Labels of the Pod. @default any */
  labels?: Readonly<Record<string, string>> | undefined;
  /** Image of the container, where `*` stands for anything. @default any */
  image?: string | undefined;
  /** Name of the container. Init containers are meant only with this or `image`. @default all regular containers */
  container?: string | undefined;
}

/** What simulated containers do instead of what they do by default. */
export interface SimulationEffect {
  /** The container ends by itself with this code, 0 to 255. @default none */
  exitCode?: number | undefined;
  /** The container is killed for its memory: exit code 137, reason `OOMKilled`. @default false */
  oomKilled?: boolean | undefined;
  /** The container ends after every start, with `exitCode` or 1, at the kubelet's pauses or these. @default false */
  crashLoop?: boolean | { backoffMs?: number | undefined; maxBackoffMs?: number | undefined } | undefined;
  /**
   * The node evicts so many of the selected Pods for lack of memory, each once it runs; `true` stands for one. The rule is
   * for no others: what replaces an evicted Pod is left alone. @default false
   */
  evict?: boolean | number | undefined;
  /** How long the container runs before it ends or its Pod is evicted, in milliseconds. @default the engine's least delay */
  afterMs?: number | undefined;
  /** The image cannot be pulled, for this reason or `not found`. @default false */
  imagePullError?: boolean | string | undefined;
  /** The container runs and never becomes ready. @default false */
  neverReady?: boolean | undefined;
  /** How long the container runs before it is ready, in milliseconds. @default 0 */
  readyAfterMs?: number | undefined;
  /** How long the container takes to end when its Pod is deleted, in milliseconds, at most the grace period. @default 0 */
  stopAfterMs?: number | undefined;
  /** What the container's log says. @default a line that says that the container is simulated */
  logs?: string | undefined;
}

/** How some containers of a release behave. */
export interface SimulationRule extends SimulationSelector, SimulationEffect {}

/** A rule as the engine takes it. */
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
