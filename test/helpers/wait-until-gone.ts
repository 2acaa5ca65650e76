import { isRunning } from "../../src/process/process-group.ts";
import { pollUntil } from "../../src/util/poll.ts";

/** Resolves when the process has ended. */
export async function waitUntilGone(pid: number, timeoutMs = 2000): Promise<void> {
  await pollUntil(() => (isRunning(pid) ? undefined : true), { timeoutMs, waitingFor: `process ${pid} to end` });
}
