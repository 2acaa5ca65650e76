import type { RunningEngine } from "../engine/run/launch-engine.ts";

/** Versions of the programs in a control plane. */
export interface ControlPlaneVersions {
  /** With a `v`, such as `v1.37.2`; `v1.35.0` when 1.35 is emulated. */
  kubernetes: string;
  /** The version of the API server that emulates `kubernetes`; absent when none is emulated. */
  emulatedBy?: string | undefined;
  helm: string;
  etcd: string;
  engine: string;
}

/** What a control plane does besides storing objects. */
export interface ControlPlaneCapabilities {
  /**
   * Which Pods the control plane has: `simulated` Pods are scheduled and behave as rules describe, `real` Pods run, and with
   * `none` Pods stay Pending, or are not created at all.
   */
  pods: "simulated" | "real" | "none";
  /** Whether controllers run. Without them a Deployment has no Pods, and nothing is removed with its owner. */
  controllers: boolean;
  /** Whether `simulate`, `simulateNode` and Stages have an effect. */
  simulates: boolean;
  /** Whether the engine answers in place of the backends of webhooks and APIServices. */
  answersWebhooks: boolean;
  /** Whether the control plane was started by seatrial and ends with it. */
  owned: boolean;
  /** Whether charts may be installed, and namespaces be created for them. Elsewhere only dry runs are allowed. */
  installs: boolean;
  /** Whether objects outside of namespaces may be created, such as CustomResourceDefinitions. */
  clusterScoped: boolean;
  /** Whether a deleted namespace is gone in moments. Elsewhere it takes at least 5 s, and the time in which Pods end. */
  deletesNamespacesAtOnce: boolean;
}

/** What the engine's own control plane does. */
export function engineCapabilities(
  pods: ControlPlaneCapabilities["pods"],
  { simulates = true, hasRealNode = false } = {},
): ControlPlaneCapabilities {
  return {
    pods,
    controllers: true,
    simulates,
    answersWebhooks: true,
    owned: true,
    installs: true,
    clusterScoped: true,
    deletesNamespacesAtOnce: !hasRealNode,
  };
}

/** How to reach a running control plane. Plain JSON: it can be passed to other processes, as by vitest's `provide`. */
export interface ControlPlaneData {
  /** `https://127.0.0.1:<port>` */
  server: string;
  kubeconfigPath: string;
  /** The unix socket of the engine service. */
  engineSocket: string;
  dataDir: string;
  /** Process id of the engine. */
  pid: number;
  /** Where the control plane comes from: `engine`, or the name of another provider. */
  provider: string;
  /** Which cluster it is, when seatrial has not started it: `<context> at <address>`. */
  cluster?: string | undefined;
  versions: ControlPlaneVersions;
  capabilities: ControlPlaneCapabilities;
}

/** What {@link toControlPlaneData} adds to the engine's own facts. */
export interface ControlPlaneFacts {
  /** Where the engine keeps its files. */
  dataDir: string;
  /** @default engine */
  provider?: string;
  cluster?: string | undefined;
  capabilities: ControlPlaneCapabilities;
  /** Versions that are not the engine's own. */
  versions?: Partial<ControlPlaneVersions>;
}

/** The data of a control plane whose engine has just been started. */
export function toControlPlaneData(
  { pid, hello, ready }: Pick<RunningEngine, "pid" | "hello" | "ready">,
  { dataDir, provider = "engine", cluster, capabilities, versions }: ControlPlaneFacts,
): ControlPlaneData {
  const { kubernetes, helm, etcd, engine } = hello;
  return {
    server: ready.server,
    kubeconfigPath: ready.kubeconfig,
    engineSocket: ready.engineSocket,
    dataDir,
    pid,
    provider,
    ...(cluster === undefined ? {} : { cluster }),
    versions: { kubernetes, helm, etcd, engine, ...versions },
    capabilities,
  };
}
