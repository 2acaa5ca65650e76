import { resolve } from "node:path";
import { EngineError } from "../../errors/engine-error.ts";
import { readEnv } from "../../util/env.ts";
import { toBuildFlags } from "./build-flags.ts";
import { type BuildPaths, defaultBuildPaths } from "./build-paths.ts";
import { findCachedEngine, isExecutable } from "./engine-cache.ts";
import type { EngineLocation } from "./engine-location.ts";
import { findEnginePackage, platformPackage } from "./engine-package.ts";
import { readEngineSources } from "./engine-sources.ts";
import { findDamage } from "./find-damage.ts";
import { readGoVersion } from "./go.ts";
import { unpackEngine } from "./unpack-engine.ts";

/** An engine, if one was found, and the places that were searched. */
export interface EngineSearch {
  location: EngineLocation | undefined;
  /** One line for each place without an engine, in the order of the search, for the reader. */
  lookedAt: string[];
  /** How to install the platform package, when seatrial was published with it and it is not installed. */
  packageHint?: string | undefined;
}

/**
 * Finds an engine without building one:
 * 1. the path in `SEATRIAL_ENGINE`, which must be right when it is set;
 * 2. the platform package `@seatrial/engine-<system>-<processor>`, whose engine the first use unpacks into the cache;
 * 3. an engine built from the sources in this package with the `go` on PATH, or with any version when `go` is not installed.
 * An engine of an older version of Kubernetes is only in the cache.
 * `readGo` resolves with the version of the `go` that would build it, or rejects when there is none.
 * Rejects with `SEATRIAL_ENGINE_NOT_EXECUTABLE` for a wrong `SEATRIAL_ENGINE`, with `SEATRIAL_ENGINE_PACKAGE` for a package that is
 * damaged or of another version or system, and with `SEATRIAL_DISK` when its engine cannot be unpacked, or another user may have
 * written the engine in the cache.
 */
export async function findEngine(
  paths: BuildPaths = defaultBuildPaths(),
  readGo = readGoVersion,
  signal?: AbortSignal,
): Promise<EngineSearch> {
  const lookedAt: string[] = [];
  const found = (path: string, source: EngineLocation["source"]) => ({ location: { path, source }, lookedAt });

  let packageHint: string | undefined;
  if (paths.kubernetes === undefined) {
    const named = readEnv("SEATRIAL_ENGINE");
    if (named !== undefined) return found(await checkNamedEngine(resolve(named)), "env");
    lookedAt.push("SEATRIAL_ENGINE: not set");

    const packaged = await findEnginePackage(paths);
    if (packaged.found !== undefined) return found(await unpackEngine(packaged.found, paths, signal), "package");
    lookedAt.push(`package ${platformPackage}: ${packaged.absence}`);
    packageHint = packaged.hint;
  }

  const sources = await readEngineSources(paths.sourceDir, paths.kubernetes);
  if (sources !== undefined) {
    const flags = toBuildFlags(sources, paths.version);
    const goVersion = await readGo(sources.dir, sources.goVersion).catch(() => undefined);
    const cached = await findCachedEngine(paths.cacheDir, sources.hash, flags, goVersion, (path, damage) =>
      lookedAt.push(`cache: ${path} is damaged: ${damage}; \`seatrial engine clean\` removes it`),
    );
    if (cached !== undefined) return found(cached, "cache");
  }
  lookedAt.push(`cache ${paths.cacheDir}: none for these sources`);
  return { location: undefined, lookedAt, packageHint };
}

// A user who names an engine wants that engine: another engine instead would hide the mistake.
async function checkNamedEngine(path: string): Promise<string> {
  const isProgram = await isExecutable(path);
  const damage = isProgram ? await findDamage(path).catch(() => undefined) : undefined;
  if (isProgram && damage === undefined) return path;
  const problem = isProgram ? `which cannot be started: ${damage}` : "which is not an executable file";
  throw new EngineError("SEATRIAL_ENGINE_NOT_EXECUTABLE", `SEATRIAL_ENGINE points to ${path}, ${problem}`, {
    hint: "correct SEATRIAL_ENGINE, or unset it to use the engine that seatrial finds or builds",
  });
}
