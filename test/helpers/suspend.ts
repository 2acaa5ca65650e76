import { readdirSync, readFileSync } from "node:fs";
import { pollUntil } from "../../src/util/poll.ts";

/**
 * Suspends a process, and resolves when all its threads have stopped (Linux). The signal alone is not enough: on a busy
 * machine, threads run on until the one that received the signal gets a processor.
 */
export async function suspend(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const states = () =>
    readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
      // The name before the state is in parentheses, and may contain some itself.
      return stat.charAt(stat.lastIndexOf(")") + 2);
    });
  const probe = async () => (states().every((state) => state === "T") ? true : undefined);
  await pollUntil(probe, { timeoutMs: 30_000, intervalMs: 5, waitingFor: `process ${pid} to be suspended` });
}
