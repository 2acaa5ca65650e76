import { statfs } from "node:fs/promises";

/** The bytes that a control plane writes at its start, nearly all of them etcd's preallocated log. */
const NEEDED_BYTES = 128 * 2 ** 20;

/** The hint for a shortage that {@link describeShortage} describes. */
export const shortageHint = "free some space, or set TMPDIR to a directory on another file system";

/**
 * A sentence about the file system of a directory when it is too full for a control plane, or when the engine's output
 * reports that it was full; else `undefined`.
 */
export async function describeShortage(dir: string, output: readonly string[]): Promise<string | undefined> {
  const system = await statfs(dir).catch(() => undefined);
  if (system === undefined) return undefined;
  const freeBytes = system.bavail * system.bsize;
  const wasFull = output.some((line) => /no space left on device|disk quota exceeded/i.test(line));
  if (freeBytes >= NEEDED_BYTES && !wasFull) return undefined;
  const total = toMiB(system.blocks * system.bsize);
  return `disk: ${toMiB(freeBytes)} of ${total} MiB are free at ${dir}, a control plane needs about ${toMiB(NEEDED_BYTES)} MiB`;
}

function toMiB(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
