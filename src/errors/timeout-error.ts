import { SeatrialError, type SeatrialErrorOptions } from "./seatrial-error.ts";

/** What a {@link TimeoutError} says about the wait. */
export interface TimeoutErrorOptions extends SeatrialErrorOptions {
  /** How long the wait took, in milliseconds. */
  waitedMs: number;
  /** What the wait was for, such as "Deployment web to become ready". */
  waitingFor: string;
  /** The last observation before time ran out. */
  lastSeen?: string | undefined;
  /** More lines for the message, such as the end of an output. */
  facts?: string[] | undefined;
}

/** A wait ran out of time. Its code is always `SEATRIAL_TIMEOUT`. */
export class TimeoutError extends SeatrialError {
  readonly waitedMs: number;
  readonly waitingFor: string;
  readonly lastSeen: string | undefined;

  constructor(options: TimeoutErrorOptions) {
    const waitedMs = Math.round(options.waitedMs);
    const lines = [`Timed out after ${waitedMs} ms waiting for ${options.waitingFor}`];
    if (options.lastSeen !== undefined) lines.push(`  last seen: ${options.lastSeen}`);
    lines.push(...(options.facts ?? []).map((fact) => `  ${fact}`));
    super("SEATRIAL_TIMEOUT", lines.join("\n"), options);
    this.waitedMs = waitedMs;
    this.waitingFor = options.waitingFor;
    this.lastSeen = options.lastSeen;
  }

  static {
    TimeoutError.prototype.name = "TimeoutError";
  }
}

/** For the `catch` of a wait that may run out of time: throws every other error. */
export function ignoreTimeout(error: unknown): void {
  if (!(error instanceof TimeoutError)) throw error;
}
