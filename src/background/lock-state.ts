import { acquireLock, type FileLock, type LockOptions } from "../process/file-lock.ts";
import { makeStateDirectory, type StatePaths } from "./state-directory.ts";

/**
 * Locks a file in the state directory, which a stop that ends in the meantime may remove. Rejects as
 * {@link makeStateDirectory} does, and with `SEATRIAL_CANCELLED` when the signal aborts.
 */
export async function lockState(
  paths: StatePaths,
  lockFile: string,
  options: Omit<LockOptions<unknown>, "isDone"> = {},
): Promise<FileLock<unknown>> {
  const isDone = async () => false;
  for (;;) {
    await makeStateDirectory(paths);
    try {
      const lock = await acquireLock(lockFile, { ...options, isDone });
      if (lock !== undefined) return lock;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}
