import { readFileSync } from "node:fs";

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

/** Whether a process with this id runs. One that has ended but that nobody has collected does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it runs but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !isZombie(pid);
}

// In a container whose first process collects no orphans, an engine of an earlier command stays a zombie for ever.
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}
