import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { acquireLock } from "../../process/file-lock.ts";
import { toDiskError } from "../../util/disk-error.ts";
import { makeDir } from "../../util/make-dir.ts";
import { throwIfAborted } from "../../util/race.ts";
import { type BuildPaths, engineFileName, platformName } from "./build-paths.ts";
import { checkTrust, isExecutable } from "./engine-cache.ts";
import type { EnginePackage } from "./engine-package.ts";
import { extractProgram } from "./extract-program.ts";

// The umask decides, as for any directory that the user creates.
const OPEN_MODE = 0o777;
const UNFINISHED_PREFIX = "unfinished-";

/**
 * The path of the package's engine in the cache. The first use writes it there: one process does, the others wait.
 * Rejects with `SEATRIAL_ENGINE_PACKAGE` for a damaged package, `SEATRIAL_DISK` when the cache cannot be written or another user may
 * write it, or `SEATRIAL_CANCELLED`.
 */
export async function unpackEngine(
  pack: EnginePackage,
  { cacheDir }: Pick<BuildPaths, "cacheDir">,
  signal?: AbortSignal,
): Promise<string> {
  const { archive, version } = pack.manifest;
  const entry = join(cacheDir, `${archive.sha256.slice(0, 16)}-${version}-${platformName}`);
  const path = join(entry, engineFileName);
  const isUnpacked = () => isUsable(path, pack);
  if (await isUnpacked()) return path;
  try {
    await makeDir(entry);
    await checkTrust(entry);
    const lock = await acquireLock(`${entry}.lock`, { signal, isDone: isUnpacked });
    try {
      if (lock === undefined || (await isUnpacked())) return path;
      await removeUnfinished(entry);
      await writeProgram(pack, path, signal);
      return path;
    } finally {
      await lock?.unlock();
    }
  } catch (error) {
    throwIfAborted(signal);
    throw toStoreError(pack, cacheDir, error);
  }
}

/**
 * Writes the package's engine into a directory, which is created when it is missing; resolves with the path of the program. Other users
 * may run it. Rejects as {@link unpackEngine} does.
 */
export async function unpackEngineTo(pack: EnginePackage, directory: string, signal?: AbortSignal): Promise<string> {
  const path = join(resolve(directory), engineFileName);
  try {
    await makeDir(dirname(path), OPEN_MODE);
    await writeProgram(pack, path, signal);
    return path;
  } catch (error) {
    throwIfAborted(signal);
    throw toStoreError(pack, dirname(path), error);
  }
}

// A program that was cut, by a full disk or a crash of the machine, is written again.
async function isUsable(path: string, { manifest }: EnginePackage): Promise<boolean> {
  if (!(await isExecutable(path))) return false;
  await checkTrust(path);
  return (await stat(path)).size === manifest.program.bytes;
}

async function writeProgram(pack: EnginePackage, path: string, signal: AbortSignal | undefined): Promise<void> {
  const unfinished = join(dirname(path), `${UNFINISHED_PREFIX}${basename(path)}-${randomUUID()}`);
  try {
    await extractProgram(pack, unfinished, signal);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function removeUnfinished(entry: string): Promise<void> {
  for (const name of await readdir(entry)) {
    if (name.startsWith(UNFINISHED_PREFIX)) await rm(join(entry, name), { recursive: true, force: true });
  }
}

function toStoreError({ name, manifest }: EnginePackage, directory: string, cause: unknown): unknown {
  const megabytes = Math.ceil(manifest.program.bytes / 1e6);
  const hint = `set SEATRIAL_CACHE_DIR to a directory that can be written, or run \`seatrial engine unpack --to <directory>\` where one can and set SEATRIAL_ENGINE to the path that it prints`;
  return toDiskError(cause, `The engine of ${name} (${megabytes} MB) cannot be unpacked into ${directory}`, hint);
}
