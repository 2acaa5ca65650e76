import { setTimeout as delay } from "node:timers/promises";
import { TimeoutError } from "../../errors/timeout-error.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { Deadline } from "../../util/deadline.ts";
import { throwIfAborted } from "../../util/race.ts";
import { inLockOrder, type LockRequest, lockAll } from "./lock-all.ts";

const POLL_INTERVAL_MS = 50;

/** What prevents a gate from opening. */
export interface Blocker {
  /** What has to go: `ClusterRole web`. */
  what: string;
  description: string;
}

/** How long to wait for a gate. */
export interface GateOptions {
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/**
 * Locks the names, and waits until `findBlocker` finds nothing of another trial under them; others get the locks in the
 * meantime. The names stay locked until the gate is disposed of. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function openGate(
  plane: ControlPlane,
  requests: readonly LockRequest[],
  findBlocker: () => Promise<Blocker | undefined>,
  { timeoutMs, signal }: GateOptions,
): Promise<AsyncDisposable> {
  const inOrder = inLockOrder(requests.map((request) => ({ ...request, name: `seatrial-object/${request.name}` })));
  const deadline = new Deadline(timeoutMs);
  while (true) {
    const gate = await lockAll(plane, inOrder, signal);
    const blocker = await findBlocker().catch(async (error: unknown) => {
      await gate[Symbol.asyncDispose]();
      throw error;
    });
    if (blocker === undefined) return gate;
    await gate[Symbol.asyncDispose]();
    if (deadline.isExpired) {
      throw new TimeoutError({
        waitedMs: deadline.elapsedMs,
        waitingFor: `another trial to remove ${blocker.what}`,
        lastSeen: blocker.description,
        hint: "dispose of releases (await using), or give the charts names and addresses that do not collide",
      });
    }
    throwIfAborted(signal, `another trial to remove ${blocker.what} (${blocker.description})`);
    await delay(POLL_INTERVAL_MS);
  }
}
