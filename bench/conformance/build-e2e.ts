import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { toBuildFlags } from "../../src/engine/binary/build-flags.ts";
import { readEngineSources } from "../../src/engine/binary/engine-sources.ts";

const engineDir = fileURLToPath(new URL("../../engine", import.meta.url));

/** Kubernetes' own tests, built from the sources that the engine is built from. */
export interface UpstreamTests {
  /** The program with the e2e tests. */
  e2e: string;
  /** The directory of the module `k8s.io/kubernetes`. */
  sources: string;
  /** Such as `v1.37.2`. */
  version: string;
}

/**
 * Builds `k8s.io/kubernetes/test/e2e` in `dir` with the versions of the engine's `go.mod`, and returns its path. Go keeps the
 * compiled packages: about 12 minutes on two cores the first time, seconds after that.
 */
export async function buildE2e(dir: string): Promise<UpstreamTests> {
  const moduleDir = await writeModule(dir);
  const e2e = join(dir, "e2e.test");
  await go(moduleDir, [
    ...["test", "-c", "-mod=mod", "-vet=off", ...(await readFlags())],
    ...["-o", e2e, "k8s.io/kubernetes/test/e2e"],
  ]);
  return { e2e, ...(await findKubernetes(moduleDir)) };
}

/** Builds a program of Kubernetes, such as `cmd/kubectl-convert`, in `dir` and returns its path. */
export function buildKubernetesProgram(dir: string, packagePath: string): Promise<string> {
  return buildProgram(dir, `k8s.io/kubernetes/${packagePath}`, packagePath.slice(packagePath.lastIndexOf("/") + 1));
}

/** Builds a program of a module that the engine's `go.mod` names, in `dir` as `name`, and returns its path. */
export async function buildProgram(dir: string, packagePath: string, name: string): Promise<string> {
  const moduleDir = await writeModule(dir);
  const target = join(dir, name);
  await go(moduleDir, ["build", "-mod=mod", ...(await readFlags()), "-o", target, packagePath]);
  return target;
}

/** The directory and version of the Kubernetes module that the engine links. */
export async function findKubernetes(moduleDir = engineDir): Promise<Omit<UpstreamTests, "e2e">> {
  const { stdout } = await execa("go", ["list", "-m", "-json", "k8s.io/kubernetes"], { cwd: moduleDir });
  const { Dir, Version } = JSON.parse(stdout) as { Dir: string; Version: string };
  return { sources: Dir, version: Version };
}

// The engine's flags, so that what both need is compiled once. Some tests look at the version that they set.
async function readFlags(): Promise<string[]> {
  const sources = await readEngineSources(engineDir);
  if (sources === undefined) throw new Error(`${engineDir} has no Go sources`);
  return toBuildFlags(sources, "0.0.0");
}

// A module of its own: the tests need modules that the engine does not, and must not enter its go.mod.
async function writeModule(dir: string): Promise<string> {
  const moduleDir = join(dir, "module");
  await mkdir(moduleDir, { recursive: true });
  const goMod = await readFile(join(engineDir, "go.mod"), "utf8");
  await writeFile(join(moduleDir, "go.mod"), goMod.replace(/^module .*$/m, "module seatrial/conformance"));
  await copyFile(join(engineDir, "go.sum"), join(moduleDir, "go.sum"));
  return moduleDir;
}

async function go(cwd: string, args: string[]): Promise<void> {
  await execa("go", args, { cwd, env: { CGO_ENABLED: "0" }, stdio: ["ignore", "ignore", "inherit"] });
}
