import { signalGroup } from "../process/process-group.ts";
import { isSameProcess, type KnownProcess } from "../process/process-identity.ts";
import { pollUntil } from "../util/poll.ts";

// The keeper ends the engine and the provider's programs, each of which has two seconds.
const KEEPER_END_TIMEOUT_MS = 15_000;

/** Resolves when the keeper has ended everything and itself. After 15 seconds it is killed, and the rest ends with it. */
export async function waitForKeeper(keeper: KnownProcess): Promise<void> {
  const gone = () => (isSameProcess(keeper) ? undefined : true);
  const waitingFor = `process ${keeper.pid} to end`;
  await pollUntil(gone, { timeoutMs: KEEPER_END_TIMEOUT_MS, waitingFor }).catch(() =>
    signalGroup(keeper.pid, "SIGKILL"),
  );
}

/** Ends a keeper that another process started, with all that it keeps. */
export async function stopKeeper(keeper: KnownProcess): Promise<void> {
  if (!isSameProcess(keeper)) return;
  signalGroup(keeper.pid, "SIGTERM");
  await waitForKeeper(keeper);
}
