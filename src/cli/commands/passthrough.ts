import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runTool } from "../../engine/run/run-tool.ts";
import type { Tool } from "../tools.ts";
import { planeEnv, requireBackgroundPlane } from "./env.ts";

/**
 * Runs kubectl or helm against the background plane and resolves with the exit code of the tool. Helm's repositories, cache
 * and plugins and kubectl's cache are private to the plane: those of the user are neither read nor changed.
 */
export async function passthrough(tool: Tool, args: readonly string[]): Promise<number> {
  const plane = await requireBackgroundPlane();
  const stateDir = dirname(plane.logFile);
  const helmDir = join(stateDir, "helm");
  const helmEnv = {
    HELM_CACHE_HOME: join(helmDir, "cache"),
    HELM_CONFIG_HOME: join(helmDir, "config"),
    HELM_DATA_HOME: join(helmDir, "data"),
  };
  if (tool === "helm") await mkdir(helmDir, { recursive: true, mode: 0o700 });
  // Both tools would cache in ~/.kube, and kubectl would read its preferences there.
  const kubeEnv = { KUBECACHEDIR: join(stateDir, "kube-cache"), KUBERC: "off" };
  const env = { ...planeEnv(plane), ...helmEnv, ...kubeEnv, ...withoutContext };
  const stopped = new AbortController();
  // The terminal sends Ctrl-C to the tool, too. The tool decides what to do, and this process waits for it.
  const onInterrupt = () => {};
  const onStop = () => stopped.abort();
  process.on("SIGINT", onInterrupt).on("SIGTERM", onStop).on("SIGHUP", onStop);
  try {
    return await runTool({ enginePath: plane.enginePath, tool, args, env, signal: stopped.signal });
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onStop).off("SIGHUP", onStop);
  }
}

// The values of these variables belong to another cluster.
const withoutContext = Object.fromEntries(
  [
    "HELM_KUBEAPISERVER",
    "HELM_KUBEASGROUPS",
    "HELM_KUBEASUSER",
    "HELM_KUBECAFILE",
    "HELM_KUBECONTEXT",
    "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
    "HELM_KUBETLS_SERVER_NAME",
    "HELM_KUBETOKEN",
    "HELM_NAMESPACE",
    "HELM_REGISTRY_CONFIG",
    "HELM_REPOSITORY_CACHE",
    "HELM_REPOSITORY_CONFIG",
    "HELM_PLUGINS",
  ].map((name) => [name, undefined]),
);
