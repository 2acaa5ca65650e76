import { join } from "node:path";
import { execa } from "execa";
import { buildTool } from "./build-tool.ts";
import { hasDefinitions } from "./json-schemas.ts";
import { readJson } from "./kubeconform.ts";
import type { Opponent } from "./opponent.ts";

const tool = { module: "sigs.k8s.io/kubectl-validate", version: "v0.0.4", package: "." };

interface Status {
  status: string;
  message?: string;
  details?: { causes?: { field?: string; message?: string }[] };
}

/** kubectl-validate, which reads the schemas of the control plane. */
export const kubectlValidate = {
  name: "kubectl-validate",
  version: `${tool.module} ${tool.version}`,
  command: "kubectl-validate MANIFEST, with the schemas of the control plane and --local-crds",
  open: async (): Promise<Opponent> => {
    const program = await buildTool(tool);
    const { name, version, command } = kubectlValidate;
    return {
      name,
      version,
      command,
      complain: async ({ manifest, kubeconfig, directory }) => {
        if (manifest === undefined) return [];
        const own = (await hasDefinitions(directory)) ? ["--local-crds", join(directory, "crds")] : [];
        const { exitCode, stdout, stderr } = await execa(program, [manifest, "--output", "json", ...own], {
          env: { KUBECONFIG: kubeconfig },
          reject: false,
          stdin: "ignore",
        });
        if (exitCode === 0) return [];
        const answer = readJson<Record<string, Status[]>>(stdout);
        if (answer === undefined) return [stderr];
        return Object.values(answer)
          .flat()
          .filter(({ status }) => status === "Failure")
          .map(({ message = "", details }) =>
            [message, ...(details?.causes ?? []).map(({ field, message: text }) => `${field} ${text}`)].join(": "),
          );
      },
    };
  },
};
