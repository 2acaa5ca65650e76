import { readdirSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { pollUntil } from "../../src/util/poll.ts";

/** What is left of control planes whose data is below a directory (Linux). */
export interface Traces {
  /** Command lines of engines and of their chart workers. */
  processes: string[];
  /** Names of data directories, values directories and last words. */
  files: string[];
}

// The promise is two seconds. A busy machine gets more before a trace is considered a leak.
const GONE_TIMEOUT_MS = 8000;

/** The processes with a path below the directory on their command line, and the files in the directory. */
export async function tracesIn(directory: string): Promise<Traces> {
  const names = await readdir(directory);
  return { processes: processesIn(directory), files: names.filter((name) => name.startsWith("seatrial-")) };
}

/** Resolves with the milliseconds until nothing is left. Rejects with the remaining traces. */
export async function waitUntilNoTraces(directory: string): Promise<number> {
  const startedAt = performance.now();
  let last: Traces | undefined;
  const probe = async () => {
    last = await tracesIn(directory);
    return last.processes.length + last.files.length === 0 ? true : undefined;
  };
  const lastSeen = () => JSON.stringify(last);
  await pollUntil(probe, { timeoutMs: GONE_TIMEOUT_MS, intervalMs: 10, waitingFor: "all traces to be gone", lastSeen });
  return Math.round(performance.now() - startedAt);
}

/** Command lines of the engines whose data is below the directory, which must belong to this test alone. */
export function processesIn(directory: string): string[] {
  if (!basename(directory).startsWith("st-")) throw new Error(`others may run engines below ${directory}`);
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return line.includes(`${directory}/`) && line.includes("seatrial-engine") ? [`${pid} ${line}`] : [];
      } catch {
        // It has ended since the directory was read. A zombie has an empty command line.
        return [];
      }
    });
}
