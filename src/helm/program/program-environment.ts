import { join } from "node:path";
import { readPath } from "../../util/env.ts";
import { makeDir } from "../../util/make-dir.ts";

/**
 * The whole environment of a Helm program: private directories below `directory`, no plug-ins, and none of the user's variables
 * except PATH. A kubeconfig is named as an argument.
 */
export async function programEnvironment(directory: string): Promise<Record<string, string>> {
  const names = { HOME: "home", HELM_CACHE_HOME: "cache", HELM_CONFIG_HOME: "config", HELM_DATA_HOME: "data" };
  const entries = Object.entries(names).map(([name, sub]) => [name, join(directory, sub)] as const);
  for (const [, path] of entries) await makeDir(path);
  return {
    ...Object.fromEntries(entries),
    PATH: readPath(),
    TMPDIR: directory,
    HELM_PLUGINS: join(directory, "data", "plugins"),
    HELM_NO_PLUGINS: "1",
    // A time limit must be the chart's fault, never that of a client that slows itself down. Versions before 3.13 ignore these.
    HELM_QPS: "1000",
    HELM_BURST_LIMIT: "2000",
  };
}
