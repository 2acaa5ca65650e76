import { closeSync, openSync } from "node:fs";
import { execa } from "execa";

/** How {@link spawnDetached} starts a program. */
export interface SpawnDetachedOptions {
  /** The file for its output, which is truncated first. */
  logFile: string;
  /** Added to this process' environment. */
  env?: Record<string, string> | undefined;
}

/**
 * Starts a program that keeps running when this process ends in any way: it has a session of its own. Resolves with its process
 * id. Rejects when it cannot be started.
 */
export async function spawnDetached(path: string, args: readonly string[], options: SpawnDetachedOptions) {
  const logFd = openSync(options.logFile, "w", 0o600);
  const subprocess = execa(path, args, {
    // execa accepts any descriptor, its types only the first ten.
    stdio: ["ignore", logFd as 3, logFd as 3],
    env: options.env ?? {},
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  closeSync(logFd);
  const { pid } = subprocess;
  if (pid === undefined) throw (await subprocess).cause;
  subprocess.nodeChildProcess.unref();
  return pid;
}
