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
  for (const packagePath of ["go.etcd.io/etcd/server/v3", "k8s.io/kubernetes/cmd/kube-apiserver"]) {
    await buildProgram(packagePath, `${dir}/`);
  }
  // Go names a program after the last part of its package's path, without the version.
  await symlink("server", join(dir, "etcd"));
}

/** Builds upstream's helm of a major version from the modules of the engine; resolves with its path in `dir`. */
export async function buildHelm(major: 3 | 4, dir: string): Promise<string> {
  const path = join(dir, "helm");
  await buildProgram(`helm.sh/helm/v${major}/cmd/helm`, path);
  return path;
}

async function buildProgram(packagePath: string, output: string): Promise<void> {
  const cwd = repositoryPath("engine");
  const sources = await readEngineSources(cwd);
  if (sources === undefined) throw new Error(`${cwd} has no Go sources`);
  const flags = toBuildFlags(sources, "0.0.0");
  await execa("go", ["build", "-mod=readonly", ...flags, "-o", output, packagePath], {
    cwd,
    env: { CGO_ENABLED: "0", GOWORK: "off" },
    stdin: "ignore",
  });
}
