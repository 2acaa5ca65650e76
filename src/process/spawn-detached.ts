import { closeSync, openSync } from "node:fs";
import { execa } from "execa";

/** What to start. */
export interface SpawnDetachedOptions {
  /** The file that takes all that it writes; what was in it is gone. */
  logFile: string;
  /** Added to this process' environment. */
  env?: Record<string, string> | undefined;
}

/**
 * Starts a program that goes on when this process ends, whatever ends it, in a terminal's session of its own. Returns its
 * process id. Throws when it cannot be started.
 */
export async function spawnDetached(path: string, args: readonly string[], options: SpawnDetachedOptions) {
  const logFd = openSync(options.logFile, "w", 0o600);
  const subprocess = execa(path, args, {
    // execa takes any descriptor, its types only the first ten.
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
