import type { ErrorCode } from "./codes.ts";

/** A value that survives `JSON.stringify` unchanged. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
/** An object of JSON values. */
export type JsonObject = { [key: string]: JsonValue };

/** What every seatrial error may carry besides its message. */
export interface SeatrialErrorOptions {
  /** One action that the reader can take; printed as the last line of the message. */
  hint?: string | undefined;
  /** Facts for programs, safe to serialise. */
  details?: JsonObject | undefined;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * The base of every error that seatrial throws. `message` reads: what happened to what, then facts, then `Hint: …`.
 * Programs should read `code`, never the text.
 */
export class SeatrialError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: JsonObject | undefined;

  constructor(code: ErrorCode, message: string, options: SeatrialErrorOptions = {}) {
    const text = options.hint === undefined ? message : `${message}\nHint: ${options.hint}`;
    super(text, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  /** What programs and test runners print: the name, the message and all fields, without stack and cause. */
  toJSON(): JsonObject {
    const { name, message } = this;
    return toJsonObject({ name, message, ...(this as object) });
  }

  static {
    SeatrialError.prototype.name = "SeatrialError";
  }
}

/** An object as `JSON.stringify` writes it: fields that are `undefined` are left out. */
export function toJsonObject(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
