import { SeatrialError, type SeatrialErrorOptions } from "./seatrial-error.ts";

/** An option, an argument, or a combination of them that seatrial does not understand. Its code is always `SEATRIAL_USAGE`. */
export class UsageError extends SeatrialError {
  constructor(message: string, options: SeatrialErrorOptions = {}) {
    super("SEATRIAL_USAGE", message, options);
  }

  static {
    UsageError.prototype.name = "UsageError";
  }
}
