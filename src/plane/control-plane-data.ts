/** Versions of what runs in a control plane. */
export interface ControlPlaneVersions {
  /** With its `v`: `v1.37.2`. */
  kubernetes: string;
  helm: string;
  etcd: string;
  engine: string;
}

/** How to reach a running control plane. Plain JSON: it crosses process borders, as with vitest's `provide`. */
export interface ControlPlaneData {
  /** `https://127.0.0.1:<port>` */
  server: string;
  kubeconfigPath: string;
  /** The unix socket of the Helm service. */
  helmSocket: string;
  dataDir: string;
  /** Process id of the engine. */
  pid: number;
  versions: ControlPlaneVersions;
}
