import type { ControlPlane } from "../plane/control-plane.ts";

/** How a lock is asked for. */
export interface EngineLockOptions {
  /** Owns the lock together with others who ask for it so. @default false: alone */
  shared?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** Locks that a call owns until they are disposed of. */
export type EngineLock = AsyncDisposable;

/**
 * Waits for one of the engine's locks, which keep apart all processes that use the same control plane. Locks are granted in
 * the order of the requests, and end with the process that owns them. Rejects with `SEATRIAL_CANCELLED`.
 */
export function lockEngine(plane: ControlPlane, name: string, options: EngineLockOptions = {}): Promise<EngineLock> {
  return plane.helm.lock(name, options);
}

/** Waits for several locks; all of them are unlocked when one cannot be had. */
export async function lockAll(
  plane: ControlPlane,
  requests: readonly { name: string; shared?: boolean }[],
  signal?: AbortSignal,
): Promise<EngineLock> {
  const locks: EngineLock[] = [];
  const unlock = async () => {
    await Promise.all(locks.splice(0).map((lock) => lock[Symbol.asyncDispose]()));
  };
  try {
    for (const { name, shared } of requests) locks.push(await lockEngine(plane, name, { shared, signal }));
    return { [Symbol.asyncDispose]: unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}
