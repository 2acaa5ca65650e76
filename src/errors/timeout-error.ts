import { SeatrialError, type SeatrialErrorOptions } from "./seatrial-error.ts";

/** What a {@link TimeoutError} tells about the wait. */
export interface TimeoutErrorOptions extends SeatrialErrorOptions {
  /** How long was waited, in milliseconds. */
  waitedMs: number;
  /** What was waited for, as in "Deployment web to become ready". */
  waitingFor: string;
  /** The last thing that was seen before time ran out. */
  lastSeen?: string | undefined;
}

/** A wait ran out of time. Its code is always `SEATRIAL_TIMEOUT`. */
export class TimeoutError extends SeatrialError {
  readonly waitedMs: number;
  readonly waitingFor: string;
  readonly lastSeen: string | undefined;

  constructor(options: TimeoutErrorOptions) {
    const waitedMs = Math.round(options.waitedMs);
    const lastSeen = options.lastSeen === undefined ? "" : `\n  last seen: ${options.lastSeen}`;
    super("SEATRIAL_TIMEOUT", `Timed out after ${waitedMs} ms waiting for ${options.waitingFor}${lastSeen}`, options);
    this.waitedMs = waitedMs;
    this.waitingFor = options.waitingFor;
    this.lastSeen = options.lastSeen;
  }

  static {
    TimeoutError.prototype.name = "TimeoutError";
  }
}
