import type { UserErrorCode } from "./codes.ts";
import { SeatrialError, type SeatrialErrorOptions } from "./seatrial-error.ts";

/** A fault of the user's, or a chart that takes too long. */
export type ChartErrorCode = UserErrorCode | "SEATRIAL_TIMEOUT";

/** Where in a chart the fault lies. */
export interface ChartErrorOptions extends SeatrialErrorOptions {
  /** The file as Helm names it, such as `web/templates/service.yaml`. */
  file?: string | undefined;
  /** The line in that file, 1-based. */
  line?: number | undefined;
}

/** The chart, its values or its templates are wrong. All findings are in `details.findings`. */
export class ChartError extends SeatrialError {
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(code: ChartErrorCode, message: string, options: ChartErrorOptions = {}) {
    super(code, message, options);
    this.file = options.file;
    this.line = options.line;
  }

  static {
    ChartError.prototype.name = "ChartError";
  }
}
