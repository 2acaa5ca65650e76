import type { ControlPlane } from "../plane/control-plane.ts";

/** Waits for several locks of the engine, in this order; unlocks all of them when one cannot be had. */
export async function lockAll(
  plane: ControlPlane,
  requests: readonly { name: string; shared?: boolean }[],
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
