import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toDiskError } from "../util/disk-error.ts";
import { ownedPrefix } from "./owner.ts";
import { removeOwn } from "./remove-own.ts";

/** A private directory that is removed with everything in it. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** Removes the directory. Safe to call twice. */
  remove(): Promise<void>;
}

// A unix socket's path may have 104 bytes on macOS and 108 on Linux; "/seatrial-<owner>-xxxxxx/engine.sock" takes 43.
const MAX_BASE_LENGTH_BYTES = 60;

/** The parent of temporary directories: the system's, or `/tmp` when the system's path is too long for unix sockets. */
export function tempBaseDir(): string {
  return Buffer.byteLength(tmpdir()) > MAX_BASE_LENGTH_BYTES ? "/tmp" : tmpdir();
}

/**
 * Creates a directory with mode 0700 and a path short enough for unix sockets. Its name contains the owner: this process.
 * Rejects with `SEATRIAL_DISK`.
 */
export async function makeTempDir(prefix = "seatrial-"): Promise<TempDir> {
  const base = tempBaseDir();
  const path = await mkdtemp(join(base, `${prefix}${ownedPrefix()}-`)).catch((error: unknown) => {
    throw toDiskError(
      error,
      `A temporary directory cannot be created in ${base}`,
      "set TMPDIR to a writable directory",
    );
  });
  const remove = () => removeOwn(path);
  return { path, remove, [Symbol.asyncDispose]: remove };
}
