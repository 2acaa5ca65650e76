import { readFileSync } from "node:fs";

/**
 * Sends a signal to a process and all processes that it started. Returns whether there was any.
 * Only for processes that lead a group of their own, as the engine does. Ids below 2, which mean every process of this user or
 * this process' own group, get no signal.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  if (!Number.isInteger(pid) || pid < 2) return false;
  try {
    // Windows has no process groups, and the engine starts no child processes there.
    process.kill(process.platform === "win32" ? pid : -pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process with this id runs. A zombie, which has ended but was not waited for, does not run. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it runs but belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !isZombie(pid);
}

// In a container whose first process does not wait for orphans, an engine of an earlier command stays a zombie forever.
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}
