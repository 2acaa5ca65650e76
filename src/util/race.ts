import { SeatrialError } from "../errors/seatrial-error.ts";
import type { Deadline } from "./deadline.ts";

/** The ways in which a wait can fail. */
export interface RaceOptions {
  /** Rejects with {@link RaceOptions.onTimeout}'s error when it expires. */
  deadline?: Deadline | undefined;
  /** Creates the timeout error when time has run out, so that it can describe what was last seen. */
  onTimeout?: (() => Error) | undefined;
  /** Rejects with `SEATRIAL_CANCELLED` when it aborts. */
  signal?: AbortSignal | undefined;
  /** Rejects when the process that is to answer ends. */
  ended?: Promise<never> | undefined;
}

/**
 * Resolves or rejects as `done` does, unless the process ends, the deadline passes or the signal aborts first. The timer and
 * the abort listener are removed in any case.
 */
export async function race<Value>(done: Promise<Value>, options: RaceOptions): Promise<Value> {
  const { deadline, signal, ended } = options;
  throwIfAborted(signal);
  const cleanups: (() => void)[] = [];
  const contenders: Promise<Value>[] = [done];
  if (ended !== undefined) contenders.push(ended);
  if (deadline !== undefined && Number.isFinite(deadline.timeoutMs)) {
    // Timers may fire a fraction of a millisecond early; a wait never ends before its deadline.
    const timeoutMs = Math.ceil(deadline.remainingMs) + 1;
    contenders.push(
      new Promise((_resolve, reject) => {
        const timer = setTimeout(() => reject(options.onTimeout?.() ?? defaultTimeout(deadline)), timeoutMs);
        cleanups.push(() => clearTimeout(timer));
      }),
    );
  }
  if (signal !== undefined) {
    contenders.push(
      new Promise((_resolve, reject) => {
        const onAbort = () => reject(toCancelledError(signal));
        signal.addEventListener("abort", onAbort, { once: true });
        cleanups.push(() => signal.removeEventListener("abort", onAbort));
      }),
    );
  }
  try {
    return await Promise.race(contenders);
  } finally {
    for (const cleanup of cleanups) cleanup();
  }
}

/** Throws `SEATRIAL_CANCELLED` when the signal has aborted; its reason is the `cause`. `waitingFor` is for the message. */
export function throwIfAborted(signal: AbortSignal | undefined, waitingFor?: string): void {
  if (signal?.aborted) throw toCancelledError(signal, waitingFor);
}

function toCancelledError(signal: AbortSignal, waitingFor?: string): SeatrialError {
  const what = waitingFor === undefined ? "The work" : `Waiting for ${waitingFor}`;
  return new SeatrialError("SEATRIAL_CANCELLED", `${what} was cancelled by its caller`, { cause: signal.reason });
}

function defaultTimeout(deadline: Deadline): SeatrialError {
  return new SeatrialError("SEATRIAL_TIMEOUT", `Timed out after ${deadline.elapsedMs} ms`);
}
