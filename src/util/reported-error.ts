import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { firstError } from "./first-error.ts";

const FULL_BYTES = 2 ** 20;

/**
 * The error to report for what was thrown. Of two errors, that of the work and that of the clean-up after it, the first is the
 * cause. A disk that is full becomes `SEATRIAL_DISK`, which names the directory and how much of its file system is free.
 */
export function toReportedError(thrown: unknown): unknown {
  const error = firstError(thrown);
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT" ? toFullDiskError(code, path, error) : error;
}

function toFullDiskError(code: "ENOSPC" | "EDQUOT", path: string | undefined, cause: unknown): SeatrialError {
  // A write through an open file does not name it.
  const named = path === undefined ? [] : [dirname(path)];
  const full = [...named, tmpdir(), process.cwd()].flatMap(freeAt).find(({ isFull }) => isFull || code === "EDQUOT");
  const where = full === undefined ? "on a file system that is written to" : `at ${full.directory}`;
  const free = full === undefined ? "" : `\n  disk: ${full.text} at ${full.directory}`;
  const what = code === "ENOSPC" ? "No space is left" : "The disk quota is used up";
  return new SeatrialError("SEATRIAL_DISK", `${what} ${where}${free}`, {
    hint: "free some space, or set TMPDIR to a directory on another file system",
    cause,
  });
}

function freeAt(directory: string): { directory: string; isFull: boolean; text: string }[] {
  try {
    const { bavail, blocks, bsize, ffree, files } = statfsSync(directory);
    const hasNoFiles = files > 0 && ffree === 0;
    const text = `${toMiB(bavail * bsize)} of ${toMiB(blocks * bsize)} MiB are free${hasNoFiles ? ", and no inode" : ""}`;
    return [{ directory, isFull: hasNoFiles || bavail * bsize < FULL_BYTES, text }];
  } catch {
    return [];
  }
}

function toMiB(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
