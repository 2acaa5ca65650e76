/** What the engine reports about itself. */
export interface EngineInfo {
  /** The version of the control channel. */
  protocol: number;
  /** The engine's own version. */
  engine: string;
  /** Versions of the programs built into it, such as `v1.37.2`. */
  kubernetes: string;
  helm: string;
  /** The version of Helm 3, next to that of Helm 4 in `helm`. */
  helm3: string;
  etcd: string;
  go: string;
  pid: number;
  /** The API server's address, such as `https://127.0.0.1:34567`. */
  server: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** RFC 3339. */
  startedAt: string;
  /** In the engine's process now. */
  goroutines: number;
  /** Size of the heap, in bytes. It includes garbage until the next collection. */
  heapBytes: number;
}
