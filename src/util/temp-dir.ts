import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private folder that is removed with everything in it. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** Removes the folder. Safe to call twice. */
  remove(): Promise<void>;
}

// A unix socket's path may have 104 bytes on macOS and 108 on Linux; "/seatrial-xxxxxx/helm.sock" takes some of them.
const MAX_BASE_LENGTH_BYTES = 70;

/** The folder in which private folders are made: the system's, or `/tmp` when its path is too long for sockets. */
export function tempBaseDir(): string {
  return Buffer.byteLength(tmpdir()) > MAX_BASE_LENGTH_BYTES ? "/tmp" : tmpdir();
}

/** Makes a new folder with mode 0700, short enough to hold unix sockets. */
export async function makeTempDir(prefix = "seatrial-"): Promise<TempDir> {
  const path = await mkdtemp(join(tempBaseDir(), prefix));
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
