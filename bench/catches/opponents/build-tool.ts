import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { defaultBuildPaths, platformName } from "../../../src/engine/binary/build-paths.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

/** A program of a Go module. */
export interface GoTool {
  module: string;
  version: string;
  /** The directory of the program in the module: `./cmd/kubeconform`. */
  package: string;
}

/**
 * The path of the program, built as its own project builds it: in its module, with the versions of its `go.mod`. It is kept in the
 * benches' directory of seatrial's cache. The first build takes minutes and needs a Go module proxy.
 */
export async function buildTool({ module, version, package: packagePath }: GoTool): Promise<string> {
  const name = module.slice(module.lastIndexOf("/") + 1);
  const cacheDir = join(dirname(defaultBuildPaths().cacheDir), "bench", `${name}-${version}-${platformName}`);
  const target = join(cacheDir, name);
  if (await stat(target).catch(() => undefined)) return target;
  console.error(`building ${name} ${version} …`);
  await using dir = await makeTempDir("seatrial-bench-");
  const { stdout } = await execa("go", ["mod", "download", "-json", `${module}@${version}`], { cwd: dir.path });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  // A copy: the module cache is read-only, and a `replace` in a go.mod only works in the main module.
  const source = join(dir.path, "source");
  await cp(Dir, source, { recursive: true });
  await execa("chmod", ["-R", "u+w", source]);
  await rm(join(source, "vendor"), { recursive: true, force: true });
  const built = join(dir.path, name);
  await execa("go", ["build", "-mod=mod", "-trimpath", "-buildvcs=false", "-o", built, packagePath], {
    cwd: source,
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local" },
    stdin: "ignore",
  });
  await mkdir(cacheDir, { recursive: true });
  await cp(built, `${target}.new`);
  await rename(`${target}.new`, target);
  return target;
}
