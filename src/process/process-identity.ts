import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { pidNamespaceId } from "./pid-namespace.ts";
import { isRunning } from "./process-group.ts";

/** A process as a file remembers it. Its id may belong to another process by now. */
export interface KnownProcess {
  pid: number;
  /** What {@link startOf} returned while it ran. */
  start?: string | undefined;
  /** The program that it runs, for a process whose start is not known. */
  executable?: string | undefined;
}

/** When a process was started, in a form that only this machine and boot compare; `undefined` when it cannot be known. */
export function startOf(pid: number): string | undefined {
  if (process.platform === "win32") return undefined;
  const start = process.platform === "linux" ? startTicks(pid) : startDate(pid);
  return start === undefined ? undefined : `${pidNamespaceId()}-${start}`;
}

/** Whether the process still runs: its id is in use, by a process with the same start or, when that is not known, program. */
export function isSameProcess({ pid, start, executable }: KnownProcess): boolean {
  if (!Number.isInteger(pid) || pid < 1 || !isRunning(pid)) return false;
  if (start !== undefined) return startOf(pid) === start;
  return executable === undefined || runs(pid, executable);
}

function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Field 22 of proc(5); the name of the program, in parentheses, may contain spaces.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function startDate(pid: number): string | undefined {
  // Loaded here: only systems without /proc need execa, which takes longer to load than `seatrial status` runs.
  const { execaSync } = createRequire(import.meta.url)("execa") as typeof import("execa");
  const { stdout } = execaSync("ps", ["-o", "lstart=", "-p", `${pid}`], { reject: false, env: { LC_ALL: "C" } });
  return stdout?.trim().replaceAll(/\s+/g, " ") || undefined;
}

// Without /proc nothing speaks against it.
function runs(pid: number, executable: string): boolean {
  if (process.platform !== "linux") return true;
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "") === realpathSync(executable);
  } catch {
    return false;
  }
}
