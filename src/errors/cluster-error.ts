import type { ErrorCode } from "./codes.ts";
import type { Finding } from "./finding.ts";
import { SeatrialError, type SeatrialErrorOptions } from "./seatrial-error.ts";

/** One entry of a Kubernetes Status' `details.causes`. */
export interface ClusterErrorCause {
  /** The field at fault, such as `spec.ports[0].port`. */
  field?: string | undefined;
  message: string;
  /** The machine-readable reason, such as `FieldValueInvalid`. */
  reason?: string | undefined;
}

/** What the API server answered. */
export interface ClusterErrorOptions extends SeatrialErrorOptions {
  /** The Status' reason, such as `Invalid` or `Forbidden`. */
  reason?: string | undefined;
  causes?: ClusterErrorCause[] | undefined;
  /** Everything that is wrong with the chart. @default none */
  findings?: readonly Finding[] | undefined;
}

/** The API server refused a request or could not be reached. */
export class ClusterError extends SeatrialError {
  readonly reason: string | undefined;
  readonly causes: ClusterErrorCause[];
  /** Everything that is wrong with the chart; empty when the error says nothing about a chart. */
  readonly findings: readonly Finding[];

  constructor(code: ErrorCode, message: string, options: ClusterErrorOptions = {}) {
    super(code, message, options);
    this.reason = options.reason;
    this.causes = options.causes ?? [];
    this.findings = options.findings ?? [];
  }

  static {
    ClusterError.prototype.name = "ClusterError";
  }
}
