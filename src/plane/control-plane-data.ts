import type { RunningEngine } from "../engine/run/launch-engine.ts";

/** Versions of the programs in a control plane. */
export interface ControlPlaneVersions {
  /** With a `v`, such as `v1.37.2`. */
  kubernetes: string;
  helm: string;
  etcd: string;
  engine: string;
}

/** What a control plane does besides storing objects. */
export interface ControlPlaneCapabilities {
  /**
   * Which Pods the control plane has: `simulated` Pods are scheduled and behave as rules describe, `real` Pods run, and with
   * `none` Pods stay Pending.
   */
  pods: "simulated" | "real" | "none";
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
  versions: ControlPlaneVersions;
  capabilities: ControlPlaneCapabilities;
}

/** The data of a control plane that has just been started, whose engine keeps its files in `dataDir`. */
export function toControlPlaneData(
  { pid, hello, ready }: Pick<RunningEngine, "pid" | "hello" | "ready">,
  dataDir: string,
  pods: ControlPlaneCapabilities["pods"],
): ControlPlaneData {
  const { kubernetes, helm, etcd, engine } = hello;
  return {
    server: ready.server,
    kubeconfigPath: ready.kubeconfig,
    engineSocket: ready.engineSocket,
    dataDir,
    pid,
    versions: { kubernetes, helm, etcd, engine },
    capabilities: { pods },
  };
}
