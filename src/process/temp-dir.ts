import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toDiskError } from "../util/disk-error.ts";
import { ownedPrefix } from "./owner.ts";

/** A private folder that is removed with everything in it. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** Removes the folder. Safe to call twice. */
  remove(): Promise<void>;
}

// A unix socket's path may have 104 bytes on macOS and 108 on Linux; "/seatrial-<owner>-xxxxxx/engine.sock" takes 43.
const MAX_BASE_LENGTH_BYTES = 60;

/** Where temporary folders are made: the system's place, or `/tmp` when its path is too long for unix sockets. */
export function tempBaseDir(): string {
  return Buffer.byteLength(tmpdir()) > MAX_BASE_LENGTH_BYTES ? "/tmp" : tmpdir();
}

/**
 * Makes a new folder with mode 0700, short enough to hold unix sockets. Its name tells which process made it.
 * Rejects with `SEATRIAL_DISK`.
 */
export async function makeTempDir(prefix = "seatrial-"): Promise<TempDir> {
  const base = tempBaseDir();
  const path = await mkdtemp(join(base, `${prefix}${ownedPrefix()}-`)).catch((error: unknown) => {
    throw toDiskError(
      error,
      `No temporary folder can be made in ${base}`,
      "set TMPDIR to a folder that can be written",
    );
  });
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
