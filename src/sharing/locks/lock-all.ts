import type { ControlPlane } from "../../plane/control-plane.ts";

/** A lock of the engine to wait for. */
export interface LockRequest {
  name: string;
  /** Several may have a shared lock at the same time. @default false */
  shared?: boolean;
}

/** Waits for several locks of the engine, in this order; unlocks all of them when one cannot be had. */
export async function lockAll(
  plane: ControlPlane,
  requests: readonly LockRequest[],
  signal?: AbortSignal,
): Promise<AsyncDisposable> {
  const locks: AsyncDisposable[] = [];
  const unlock = async () => {
    await Promise.all(locks.splice(0).map((lock) => lock[Symbol.asyncDispose]()));
  };
  try {
    for (const { name, shared } of requests) locks.push(await plane.engine.lock(name, { shared, signal }));
    return { [Symbol.asyncDispose]: unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The requests in the one order that all callers use, so that two of them never wait for each other. */
export function inLockOrder(requests: readonly LockRequest[]): LockRequest[] {
  return requests.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
