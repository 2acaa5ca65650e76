import { setTimeout as delay } from "node:timers/promises";
import { TimeoutError } from "../errors/timeout-error.ts";
import { Deadline } from "./deadline.ts";
import { throwIfAborted } from "./race.ts";

/** How {@link pollUntil} waits. */
export interface PollOptions {
  /** How long to try, in milliseconds. */
  timeoutMs: number;
  /** The pause between two probes, in milliseconds. @default 50 */
  intervalMs?: number | undefined;
  /** The goal of the wait, for the timeout error. */
  waitingFor: string;
  /** Describes what the last probe saw, for the timeout error. */
  lastSeen?: (() => string | undefined) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Calls the probe until it returns a value other than `undefined`, and resolves with that. The probe always runs once more at
 * the deadline, because a slow machine may have had no chance before. An error of the probe ends the wait.
 * Rejects with `SEATRIAL_TIMEOUT`, or `SEATRIAL_CANCELLED` when the signal aborts.
 */
export async function pollUntil<Value>(
  probe: () => Promise<Value | undefined> | Value | undefined,
  options: PollOptions,
): Promise<Value> {
  const deadline = new Deadline(options.timeoutMs);
  while (true) {
    throwIfAborted(options.signal, options.waitingFor);
    const isLastProbe = deadline.isExpired;
    const value = await probe();
    if (value !== undefined) return value;
    if (isLastProbe) {
      const lastSeen = options.lastSeen?.();
      throw new TimeoutError({ waitedMs: deadline.elapsedMs, waitingFor: options.waitingFor, lastSeen });
    }
    await pause(Math.min(options.intervalMs ?? 50, deadline.remainingMs), options.signal);
  }
}

// An abort only shortens the pause; the loop then throws the error.
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
