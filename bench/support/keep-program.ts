import { cp, mkdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defaultBuildPaths, platformName } from "../../src/engine/binary/build-paths.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";

/**
 * The path of a program that is kept in the benches' directory of seatrial's cache. It is built if it is not there: `build` writes it
 * to a path, and may use an empty directory.
 */
export async function keepProgram(
  name: string,
  version: string,
  build: (output: string, dir: string) => Promise<void>,
): Promise<string> {
  const target = join(dirname(defaultBuildPaths().cacheDir), "bench", `${name}-${version}-${platformName}`, name);
  if (await stat(target).catch(() => undefined)) return target;
  console.error(`building ${name} ${version} …`);
  await using dir = await makeTempDir("seatrial-bench-");
  const output = join(dir.path, name);
  await build(output, dir.path);
  await mkdir(dirname(target), { recursive: true });
  await cp(output, `${target}.new`);
  await rename(`${target}.new`, target);
  return target;
}
