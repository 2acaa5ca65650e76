import { readdirSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { pollUntil } from "../../src/util/poll.ts";

/** What is left of control planes whose data is below a folder (Linux). */
export interface Traces {
  /** Command lines of engines and of their chart workers. */
  processes: string[];
  /** Names of data folders, values folders and last words. */
  folders: string[];
}

// The promise is two seconds; a machine that does much else is given more before that counts as a leak.
const GONE_TIMEOUT_MS = 8000;

/** What runs with a path below the folder on its command line, and what lies in it. */
export async function tracesIn(folder: string): Promise<Traces> {
  const names = await readdir(folder);
  return { processes: processesIn(folder), folders: names.filter((name) => name.startsWith("seatrial-")) };
}

/** Resolves when nothing is left, with the milliseconds that took. Rejects with what is still there. */
export async function waitUntilNoTraces(folder: string): Promise<number> {
  const startedAt = performance.now();
  let last: Traces | undefined;
  const probe = async () => {
    last = await tracesIn(folder);
    return last.processes.length + last.folders.length === 0 ? true : undefined;
  };
  const lastSeen = () => JSON.stringify(last);
  await pollUntil(probe, { timeoutMs: GONE_TIMEOUT_MS, intervalMs: 10, waitingFor: "all traces to be gone", lastSeen });
  return Math.round(performance.now() - startedAt);
}

/** Command lines of the processes that name a data folder below the folder, which must be of this test alone. */
export function processesIn(folder: string): string[] {
  if (!basename(folder).startsWith("st-")) throw new Error(`others may run engines below ${folder}`);
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return line.includes(`${folder}/`) && line.includes("seatrial-engine") ? [`${pid} ${line}`] : [];
      } catch {
        // It ended while it was looked at. One that has ended and waits to be collected has no command line.
        return [];
      }
    });
}
