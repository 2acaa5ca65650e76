import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import { buildBare } from "./build-bare.ts";

/** Upstream's helm and kubectl, one process per call, on a control plane and with their own directories. */
export interface UpstreamTools {
  /** Rejects when helm fails. */
  helm(...args: string[]): Promise<string>;
  /** `helm template … | kubectl …`; rejects when either fails. */
  helmToKubectl(helmArgs: string[], kubectlArgs: string[]): Promise<string>;
}

/** Builds the programs into `dir`. */
export async function buildUpstreamTools(dir: string, plane: ControlPlane): Promise<UpstreamTools> {
  const helm = await buildBare("helm", dir);
  const kubectl = await buildBare("kubectl", dir);
  const folder = async (name: string) => {
    const path = join(dir, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  const env = {
    HOME: await folder("home"),
    KUBECONFIG: plane.kubeconfigPath,
    HELM_CACHE_HOME: await folder("helm-cache"),
    HELM_CONFIG_HOME: await folder("helm-config"),
    HELM_DATA_HOME: await folder("helm-data"),
  };
  return {
    helm: async (...args) => (await execa(helm, args, { env })).stdout,
    helmToKubectl: async (helmArgs, kubectlArgs) => {
      const from = execa(helm, helmArgs, { env });
      return (await from.pipe(kubectl, kubectlArgs, { env })).stdout;
    },
  };
}
