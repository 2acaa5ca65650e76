import { readFile } from "node:fs/promises";
import { EngineHelmDriver } from "../helm/engine-helm-driver.ts";
import { KubeClient } from "../kube/kube-client.ts";
import { createNamespace } from "../kube/test-namespace.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { ControlPlaneData } from "./control-plane-data.ts";

/** What a control plane needs beside its data. */
export interface ControlPlaneParts {
  data: ControlPlaneData;
  bootMs: number;
  ended: ControlPlane["ended"];
  /** Tells why a connection failed, when the engine has ended. */
  explain: (error: Error) => Promise<Error | undefined>;
  /** Called once, however often the plane is stopped. */
  stop: () => Promise<void>;
}

/** Puts a control plane together: the Kubernetes client, the Helm driver, and one shared stop. */
export function makeControlPlane(parts: ControlPlaneParts): ControlPlane {
  const { data, bootMs, ended, explain } = parts;
  const kube = KubeClient.fromFile(data.kubeconfigPath, explain);
  const helm = new EngineHelmDriver({ socketPath: data.engineSocket, explain });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      kube.close();
      helm.close();
      await parts.stop();
    })();
    return stopping;
  };
  return {
    data,
    kubeconfigPath: data.kubeconfigPath,
    versions: data.versions,
    capabilities: data.capabilities,
    kube,
    helm,
    bootMs,
    ended,
    kubeconfig: () => readFile(data.kubeconfigPath, "utf8"),
    namespace: (options) => createNamespace(kube, options),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
