import type { UserErrorCode } from "./codes.ts";
import type { Finding } from "./finding.ts";
import { SeatrialError, type SeatrialErrorOptions } from "./seatrial-error.ts";

/** A fault of the user's, or a chart that takes too long. */
export type ChartErrorCode = UserErrorCode | "SEATRIAL_TIMEOUT";

/** Where in a chart the fault lies. */
export interface ChartErrorOptions extends SeatrialErrorOptions {
  /** The file as Helm names it, such as `web/templates/service.yaml`. */
  file?: string | undefined;
  /** The line in that file, 1-based. */
  line?: number | undefined;
  /** Everything that is wrong with the chart. @default none */
  findings?: readonly Finding[] | undefined;
}

/** The chart, its values or its templates are wrong. */
export class ChartError extends SeatrialError {
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Everything that is wrong with the chart; empty when the message says it all. */
  readonly findings: readonly Finding[];

  constructor(code: ChartErrorCode, message: string, options: ChartErrorOptions = {}) {
    super(code, message, options);
    this.file = options.file;
    this.line = options.line;
    this.findings = options.findings ?? [];
  }

  static {
    ChartError.prototype.name = "ChartError";
  }
}
