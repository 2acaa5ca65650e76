/** Versions of what runs in a control plane. */
export interface ControlPlaneVersions {
  /** With its `v`: `v1.37.2`. */
  kubernetes: string;
  helm: string;
  etcd: string;
  engine: string;
}

/** What a control plane can do beside storing objects. */
export interface ControlPlaneCapabilities {
  /**
   * What becomes of Pods: `simulated` ones are scheduled and behave as rules say, `real` ones run, and with `none` they
   * stay Pending.
   */
  pods: "simulated" | "real" | "none";
}

/** How to reach a running control plane. Plain JSON: it crosses process borders, as with vitest's `provide`. */
export interface ControlPlaneData {
  /** `https://127.0.0.1:<port>` */
  server: string;
  kubeconfigPath: string;
  /** The unix socket of the engine service. */
  engineSocket: string;
  dataDir: string;
  /** Process id of the engine. */
  pid: number;
  versions: ControlPlaneVersions;
  capabilities: ControlPlaneCapabilities;
}
