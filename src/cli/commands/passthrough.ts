import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runTool } from "../../engine/run/run-tool.ts";
import { planeEnv, requireBackgroundPlane } from "./env.ts";

/** The tools that are built into the engine. */
export const tools = ["kubectl", "helm"] as const;
export type Tool = (typeof tools)[number];

/** Whether a command line is for one of the tools; all that follows is passed on. */
export function isTool(name: string | undefined): name is Tool {
  return (tools as readonly (string | undefined)[]).includes(name);
}

/**
 * Runs kubectl or helm against the background plane and resolves with its own exit code. Helm's repositories, cache and
 * plugins, and kubectl's cache, are private to the plane: the user's own are neither read nor changed.
 */
export async function passthrough(tool: Tool, args: readonly string[]): Promise<number> {
  const plane = await requireBackgroundPlane();
  const stateFolder = dirname(plane.logFile);
  const folder = join(stateFolder, "helm");
  const helmFolders = {
    HELM_CACHE_HOME: join(folder, "cache"),
    HELM_CONFIG_HOME: join(folder, "config"),
    HELM_DATA_HOME: join(folder, "data"),
  };
  if (tool === "helm") await mkdir(folder, { recursive: true, mode: 0o700 });
  // Both tools would cache in ~/.kube; kubectl would read its preferences there.
  const kubeFolders = { KUBECACHEDIR: join(stateFolder, "kube-cache"), KUBERC: "off" };
  const env = { ...planeEnv(plane), ...helmFolders, ...kubeFolders, ...withoutContext };
  const stopped = new AbortController();
  // A Ctrl-C reaches the tool from the terminal, and the tool decides: this process only waits for it.
  const onInterrupt = () => {};
  const onStop = () => stopped.abort();
  process.on("SIGINT", onInterrupt).on("SIGTERM", onStop).on("SIGHUP", onStop);
  try {
    return await runTool({ enginePath: plane.enginePath, tool, args, env, signal: stopped.signal });
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onStop).off("SIGHUP", onStop);
  }
}

// What these name belongs to another cluster.
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
