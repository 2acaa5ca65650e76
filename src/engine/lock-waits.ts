import { AsyncLocalStorage } from "node:async_hooks";

/** What a piece of work spent on waiting for locks of the engine. */
interface LockWaits {
  waitedMs: number;
  /** Locks that are waited for at the moment; the time counts once. */
  pending: number;
  sinceMs: number;
  onWait: ((isWaiting: boolean) => void) | undefined;
}

const current = new AsyncLocalStorage<LockWaits>();

/** Runs work and resolves with its result and with the milliseconds that it waited for locks of the engine. */
export async function measureLockWaits<Result>(
  work: () => Promise<Result>,
  onWait?: (isWaiting: boolean) => void,
): Promise<{ result: Result; waitedMs: number }> {
  const waits: LockWaits = { waitedMs: 0, pending: 0, sinceMs: 0, onWait };
  const result = await current.run(waits, work);
  return { result, waitedMs: waits.waitedMs };
}

/** Waits for a lock on the account of the work that {@link measureLockWaits} runs, if any. */
export async function whileWaiting<Lock>(lock: () => Promise<Lock>): Promise<Lock> {
  const waits = current.getStore();
  if (waits === undefined) return lock();
  if (waits.pending++ === 0) {
    waits.sinceMs = performance.now();
    waits.onWait?.(true);
  }
  try {
    return await lock();
  } finally {
    if (--waits.pending === 0) {
      waits.waitedMs += performance.now() - waits.sinceMs;
      waits.onWait?.(false);
    }
  }
}
