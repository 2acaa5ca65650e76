import { join } from "node:path";
import { toolLinks } from "../background/tool-links.ts";
import { planeEnv } from "./plane-env.ts";

type ToolEnv = Record<string, string | undefined>;

/**
 * The environment of kubectl and helm, which `undefined` removes variables from. Helm's repositories, cache and plugins and
 * kubectl's cache are private to the state directory: those of the user are neither read nor changed.
 */
export function toolEnv(stateDir: string, plane: Parameters<typeof planeEnv>[0] | undefined): ToolEnv {
  const helmDir = join(stateDir, "helm");
  return {
    ...withoutContext,
    ...(plane === undefined ? withoutCluster(stateDir) : planeEnv(plane)),
    ...toolPaths(stateDir),
    HELM_CACHE_HOME: join(helmDir, "cache"),
    HELM_CONFIG_HOME: join(helmDir, "config"),
    HELM_DATA_HOME: join(helmDir, "data"),
    // Both tools would cache in ~/.kube, and kubectl would read its preferences there.
    KUBECACHEDIR: join(stateDir, "kube-cache"),
    KUBERC: "off",
  };
}

/** The variables in which programs look for kubectl and helm. */
export function toolPaths(stateDir: string): { KUBECTL_PATH: string; HELM_BIN: string } {
  const { kubectl, helm } = toolLinks({ directory: stateDir });
  return { KUBECTL_PATH: kubectl, HELM_BIN: helm };
}

// Without a kubeconfig, both tools would try the cluster whose Pod this is, and then an address of this machine.
function withoutCluster(stateDir: string): ToolEnv {
  return {
    KUBECONFIG: join(stateDir, "no-control-plane"),
    KUBERNETES_MASTER: "http://127.0.0.1:0",
    KUBERNETES_SERVICE_HOST: undefined,
    KUBERNETES_SERVICE_PORT: undefined,
  };
}

// The values of these variables belong to another cluster.
const withoutContext: ToolEnv = Object.fromEntries(
  [
    "HELM_CONTENT_CACHE",
    "HELM_DRIVER_SQL_CONNECTION_STRING",
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
