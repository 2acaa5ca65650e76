import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { EngineError } from "../../errors/engine-error.ts";
import { readEnv } from "../../util/env.ts";
import { toBuildFlags } from "./build-flags.ts";
import { defaultEnginePlace, type EnginePlace, engineFileName, platformName } from "./build-paths.ts";
import { findCachedEngine, isExecutable } from "./engine-cache.ts";
import type { EngineLocation } from "./engine-location.ts";
import { readEngineSources } from "./engine-sources.ts";
import { readGoVersion } from "./go.ts";

/** What was found, and each place that was looked at in vain, for the reader. */
export interface EngineSearch {
  location: EngineLocation | undefined;
  /** One line for each place, in the order of the search. */
  lookedAt: string[];
}

/**
 * The engine that is at hand, without building one:
 * 1. the path in `SEATRIAL_ENGINE`, which must be right when it is set;
 * 2. the platform package `@seatrial/engine-<system>-<processor>`;
 * 3. one that was built from the sources in this package with the `go` on PATH, or with any when there is none.
 * Rejects with `SEATRIAL_ENGINE_NOT_EXECUTABLE`, and only for a wrong `SEATRIAL_ENGINE`.
 */
export async function findEngine(place?: EnginePlace): Promise<EngineLocation | undefined> {
  return (await searchEngine(place)).location;
}

/**
 * Like {@link findEngine}, and tells where was looked. `readGo` tells the version of the `go` that would build it, or rejects
 * when there is none.
 */
export async function searchEngine(
  place: EnginePlace = defaultEnginePlace(),
  readGo = readGoVersion,
): Promise<EngineSearch> {
  const lookedAt: string[] = [];
  const found = (path: string, source: EngineLocation["source"]) => ({ location: { path, source }, lookedAt });

  const named = readEnv("SEATRIAL_ENGINE");
  if (named !== undefined) return found(await checkNamedEngine(resolve(named)), "env");
  lookedAt.push("SEATRIAL_ENGINE: not set");

  const packaged = findPackagedEngine();
  if (packaged !== undefined && (await isExecutable(packaged))) return found(packaged, "package");
  lookedAt.push(
    `package ${platformPackage}: ${packaged === undefined ? "not installed" : `no program at ${packaged}`}`,
  );

  const sources = await readEngineSources(place.sourceDir);
  if (sources !== undefined) {
    const flags = toBuildFlags(sources, place.version);
    const goVersion = await readGo(sources.dir, sources.goVersion).catch(() => undefined);
    const cached = await findCachedEngine(place.cacheDir, sources.hash, flags, goVersion);
    if (cached !== undefined) return found(cached, "cache");
  }
  lookedAt.push(`cache ${place.cacheDir}: none for these sources`);
  return { location: undefined, lookedAt };
}

const platformPackage = `@seatrial/engine-${platformName}`;

function findPackagedEngine(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${platformPackage}/package.json`);
    return join(dirname(manifest), "bin", engineFileName);
  } catch {
    return undefined;
  }
}

// Who names an engine wants that one: another instead would hide the mistake.
async function checkNamedEngine(path: string): Promise<string> {
  if (await isExecutable(path)) return path;
  throw new EngineError("SEATRIAL_ENGINE_NOT_EXECUTABLE", `SEATRIAL_ENGINE names ${path}, which is no program`, {
    hint: "correct SEATRIAL_ENGINE, or unset it to use the engine that seatrial finds or builds",
  });
}
