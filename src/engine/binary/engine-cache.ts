import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isLocked } from "../../process/file-lock.ts";
import { engineFileName, platformName } from "./build-paths.ts";

/** The name of the directory in the cache for one engine: `<hash of sources and flags>-<go version>-<system>-<processor>`. */
export function cacheEntryName(sourcesHash: string, flags: string[], goVersion: string): string {
  return `${hashOf(sourcesHash, flags)}-${goVersion}-${platformName}`;
}

/**
 * The path of the engine that was built from these sources, or `undefined`. Without a Go version (no `go` is installed) an
 * engine built with any version is taken, the latest build first.
 */
export async function findCachedEngine(
  cacheDir: string,
  sourcesHash: string,
  flags: string[],
  goVersion: string | undefined,
): Promise<string | undefined> {
  if (goVersion !== undefined) {
    const path = join(cacheDir, cacheEntryName(sourcesHash, flags, goVersion), engineFileName);
    return (await isExecutable(path)) ? path : undefined;
  }
  const prefix = `${hashOf(sourcesHash, flags)}-`;
  const names = (await listNames(cacheDir)).filter((name) => name.startsWith(prefix) && name.endsWith(platformName));
  const found: { path: string; builtAtMs: number }[] = [];
  for (const name of names) {
    const path = join(cacheDir, name, engineFileName);
    if (await isExecutable(path)) found.push({ path, builtAtMs: (await stat(path)).mtimeMs });
  }
  return found.sort((one, other) => other.builtAtMs - one.builtAtMs)[0]?.path;
}

/** What {@link removeCachedEngines} removed. */
export interface CleanResult {
  cacheDir: string;
  enginesCount: number;
  freedBytes: number;
}

/** Removes every built engine except those that are being built at the moment. */
export async function removeCachedEngines(cacheDir: string): Promise<CleanResult> {
  const result: CleanResult = { cacheDir, enginesCount: 0, freedBytes: 0 };
  for (const name of await listNames(cacheDir)) {
    const path = join(cacheDir, name);
    if (name.includes(".lock") || (await isLocked(`${path}.lock`))) continue;
    for (const file of await listNames(path)) {
      result.freedBytes += (await stat(join(path, file)).catch(() => undefined))?.size ?? 0;
    }
    await rm(path, { recursive: true, force: true });
    result.enginesCount++;
  }
  return result;
}

/** Whether the file exists and may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function listNames(dir: string): Promise<string[]> {
  return readdir(dir).catch(() => []);
}

function hashOf(sourcesHash: string, flags: string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([sourcesHash, flags]))
    .digest("hex")
    .slice(0, 16);
}
