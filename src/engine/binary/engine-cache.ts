import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { findDistrust } from "../../process/distrust.ts";
import { isLocked } from "../../process/file-lock.ts";
import { removeOwn } from "../../process/remove-own.ts";
import { engineFileName, platformName } from "./build-paths.ts";
import { findDamage } from "./find-damage.ts";

/** The name of the directory in the cache for one engine: `<hash of sources and flags>-<go version>-<system>-<processor>`. */
export function cacheEntryName(sourcesHash: string, flags: string[], goVersion: string): string {
  return `${hashOf(sourcesHash, flags)}-${goVersion}-${platformName}`;
}

/**
 * The path of the engine that was built from these sources, or `undefined`. Without a Go version (no `go` is installed) an
 * engine built with any version is taken, the latest build first. A damaged engine is left out: the next build replaces it.
 * Rejects with `SEATRIAL_DISK` when another user may have written an engine that would be taken.
 */
export async function findCachedEngine(
  cacheDir: string,
  sourcesHash: string,
  flags: string[],
  goVersion: string | undefined,
  onDamage: (path: string, damage: string) => void = () => {},
  fileName = engineFileName,
): Promise<string | undefined> {
  const isUsable = async (path: string) => {
    if (!(await isExecutable(path))) return false;
    await checkTrust(path);
    const damage = await findDamage(path);
    if (damage !== undefined) onDamage(path, damage);
    return damage === undefined;
  };
  if (goVersion !== undefined) {
    const path = join(cacheDir, cacheEntryName(sourcesHash, flags, goVersion), fileName);
    return (await isUsable(path)) ? path : undefined;
  }
  const prefix = `${hashOf(sourcesHash, flags)}-`;
  const names = (await listNames(cacheDir)).filter((name) => name.startsWith(prefix) && name.endsWith(platformName));
  const found: { path: string; builtAtMs: number }[] = [];
  for (const name of names) {
    const path = join(cacheDir, name, fileName);
    if (await isUsable(path)) found.push({ path, builtAtMs: (await stat(path)).mtimeMs });
  }
  return found.sort((one, other) => other.builtAtMs - one.builtAtMs)[0]?.path;
}

/** Rejects with `SEATRIAL_DISK` when another user than this one and root may change an engine or its cache. */
export async function checkTrust(path: string): Promise<void> {
  const problem = await findDistrust(path, { isRootTrusted: true });
  if (problem === undefined) return;
  throw new SeatrialError("SEATRIAL_DISK", `The cache of engines is not used: ${problem}`, {
    hint: "set SEATRIAL_CACHE_DIR to a directory of your own, in a directory that only you can write",
  });
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
    await removeOwn(path);
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
