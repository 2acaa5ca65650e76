import { signalGroup } from "../../process/process-group.ts";
import { isSameProcess, type KnownProcess } from "../../process/process-identity.ts";
import { STOP_GRACE_MS, STOP_TERM_GRACE_MS } from "../../util/defaults.ts";
import { pollUntil } from "../../util/poll.ts";
import type { ProcessEnd, SpawnedEngine } from "./spawn-engine.ts";

/** How the process ended and whether it had to be killed. */
export interface StoppedProcess {
  end: ProcessEnd;
  isForced: boolean;
}

/**
 * Ends the engine: closes its lifeline (a detached engine gets SIGTERM immediately), sends SIGTERM after a grace period, and after
 * two seconds SIGKILL to its whole process group. Resolves when the engine is gone.
 */
export async function stopSpawnedEngine(engine: SpawnedEngine): Promise<StoppedProcess> {
  let isForced = false;
  const timers: NodeJS.Timeout[] = [];
  const terminate = () => signalGroup(engine.pid, "SIGTERM");
  const kill = () => {
    isForced = signalGroup(engine.pid, "SIGKILL");
  };
  engine.ref();
  if (engine.lifeline.writableEnded) terminate();
  else {
    engine.lifeline.end();
    timers.push(setTimeout(terminate, STOP_GRACE_MS));
  }
  timers.push(setTimeout(kill, STOP_GRACE_MS + STOP_TERM_GRACE_MS));
  const end = await engine.ended;
  for (const timer of timers) clearTimeout(timer);
  return { end, isForced };
}

/**
 * Ends an engine that another process started, by its process id: SIGTERM, and after two seconds SIGKILL to its process group.
 * Resolves when the engine is gone; `isForced` is whether it had to be killed. Safe to call when it is gone already: a process
 * that was given its id since then gets no signal.
 */
export async function stopEngineByPid(engine: KnownProcess): Promise<{ isForced: boolean }> {
  const { pid } = engine;
  const gone = () => (isSameProcess(engine) ? undefined : true);
  const wait = (timeoutMs: number) =>
    pollUntil(gone, { timeoutMs, intervalMs: 20, waitingFor: `process ${pid} to end` });
  if (!isSameProcess(engine) || !signalGroup(pid, "SIGTERM")) return { isForced: false };
  try {
    await wait(STOP_GRACE_MS + STOP_TERM_GRACE_MS);
    return { isForced: false };
  } catch {
    const isForced = signalGroup(pid, "SIGKILL");
    await wait(STOP_GRACE_MS);
    return { isForced };
  }
}
