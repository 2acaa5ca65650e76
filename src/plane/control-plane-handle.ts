import { readFile } from "node:fs/promises";
import { EngineClient } from "../engine/engine-client.ts";
import { HelmClient } from "../helm/helm-client.ts";
import { KubeClient } from "../kube/kube-client.ts";
import { createNamespace } from "../kube/test-namespace.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import type { ExplainFailure } from "../util/explain-failure.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { ControlPlaneData } from "./control-plane-data.ts";

// A Pod may take its grace period of 30 s to end.
const SLOW_NAMESPACE_TIMEOUT_MS = 120_000;

/** What {@link makeControlPlane} puts together. */
export interface ControlPlaneParts {
  data: ControlPlaneData;
  bootMs: number;
  ended: ControlPlane["ended"];
  /** Finds out whether the engine has ended when a connection failed. */
  explain: ExplainFailure;
  /** Called once, no matter how often the plane is stopped. */
  stop: () => Promise<void>;
}

/** Makes the handle of a running control plane: the clients of its API server and its engine, and one shared stop. */
export function makeControlPlane(parts: ControlPlaneParts): ControlPlane {
  const { data, bootMs, ended, explain } = parts;
  const kube = KubeClient.fromFile(data.kubeconfigPath, explain);
  const engine = new EngineClient({ socketPath: data.engineSocket, explain });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      kube.close();
      engine.close();
      await parts.stop();
    })();
    return stopping;
  };
  return {
    data,
    kubeconfigPath: data.kubeconfigPath,
    versions: data.versions,
    provider: data.provider,
    capabilities: data.capabilities,
    kube,
    engine,
    helm: new HelmClient(engine),
    bootMs,
    ended,
    kubeconfig: () => readFile(data.kubeconfigPath, "utf8"),
    namespace: (options = {}) =>
      trackCall(options.signal, (signal) => {
        const { controllers, deletesNamespacesAtOnce } = data.capabilities;
        const timeoutMs = options.timeoutMs ?? (deletesNamespacesAtOnce ? undefined : SLOW_NAMESPACE_TIMEOUT_MS);
        return createNamespace(kube, { ...withSignal(options, signal), timeoutMs, hasController: controllers });
      }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
