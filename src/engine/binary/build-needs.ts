import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { BuildNeeds } from "./engine-location.ts";
import type { EngineSources } from "./engine-sources.ts";
import { runGo } from "./go.ts";

// Measured with Kubernetes v1.37.2: all compiled packages, all modules packed and unpacked, the program.
const compiledBytes = 4.3e9;
const modulesBytes = 0.9e9;
const programBytes = 0.2e9;

/** What a first build of these sources needs on this machine; a later one needs almost nothing. */
export async function findBuildNeeds(
  sources: EngineSources,
  goVersion: string,
  cacheDir: string,
  signal: AbortSignal | undefined,
): Promise<BuildNeeds> {
  const { stdout } = await runGo(["env", "GOCACHE", "GOMODCACHE"], { cwd: sources.dir, signal });
  const [goCache = "", modCache = ""] = stdout.split("\n");
  const places = [
    { name: "GOCACHE", path: goCache, neededBytes: compiledBytes },
    { name: "GOMODCACHE", path: modCache, neededBytes: modulesBytes },
    { name: "SEATRIAL_CACHE_DIR", path: cacheDir, neededBytes: programBytes },
  ];
  const disk = places
    .filter(({ path }) => path !== "")
    .map(async (place) => ({ ...place, freeBytes: await findFreeBytes(place.path) }));
  return {
    sourceDir: sources.dir,
    goVersion,
    neededGoVersion: sources.goVersion,
    disk: await Promise.all(disk),
  };
}

/** Of the file system that the directory is on, or will be. */
async function findFreeBytes(path: string): Promise<number | undefined> {
  const system = await statfs(path).catch(() => undefined);
  if (system !== undefined) return system.bavail * system.bsize;
  return dirname(path) === path ? undefined : findFreeBytes(dirname(path));
}
