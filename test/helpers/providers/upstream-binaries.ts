import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { toBuildFlags } from "../../../src/engine/binary/build-flags.ts";
import { readEngineSources } from "../../../src/engine/binary/engine-sources.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/**
 * Builds upstream's etcd and kube-apiserver in `dir`, from the modules of the engine and with its flags, so that Go has compiled
 * nearly everything already. `dir` is what `KUBEBUILDER_ASSETS` names.
 */
export async function buildUpstreamBinaries(dir: string): Promise<void> {
  const cwd = repositoryPath("engine");
  const sources = await readEngineSources(cwd);
  if (sources === undefined) throw new Error(`${cwd} has no Go sources`);
  const flags = toBuildFlags(sources, "0.0.0");
  for (const packagePath of ["go.etcd.io/etcd/server/v3", "k8s.io/kubernetes/cmd/kube-apiserver"]) {
    await execa("go", ["build", "-mod=readonly", ...flags, "-o", `${dir}/`, packagePath], {
      cwd,
      env: { CGO_ENABLED: "0", GOWORK: "off" },
      stdin: "ignore",
    });
  }
  // Go names a program after the last part of its package's path, without the version.
  await symlink("server", join(dir, "etcd"));
}
