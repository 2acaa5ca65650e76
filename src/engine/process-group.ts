/**
 * Sends a signal to a process and everything that it started. Returns whether anything was there to get it.
 * Only for processes that lead a group of their own, as the engine does.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    // Windows has no process groups; there the engine starts no children of its own.
    process.kill(process.platform === "win32" ? pid : -pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process with this id runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that it runs but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
