import type { SystemErrorCode } from "./codes.ts";
import { SeatrialError, type SeatrialErrorOptions } from "./seatrial-error.ts";

/** What an {@link EngineError} carries besides its message. */
export interface EngineErrorOptions extends SeatrialErrorOptions {
  /** The exit code of the process, when it exited by itself. */
  exitCode?: number | undefined;
  /** The signal that ended the process, such as `SIGKILL`. */
  signal?: string | undefined;
  /** The last lines that the process wrote, oldest first. */
  outputTail?: string[] | undefined;
  /** The file with the whole output, when there is one. */
  logPath?: string | undefined;
}

/** The engine could not be found, built, started or kept running. */
export class EngineError extends SeatrialError {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly outputTail: string[];
  readonly logPath: string | undefined;

  constructor(code: SystemErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(code, message, options);
    this.exitCode = options.exitCode;
    this.signal = options.signal;
    this.outputTail = options.outputTail ?? [];
    this.logPath = options.logPath;
  }

  static {
    EngineError.prototype.name = "EngineError";
  }
}
