import type { ErrorCode } from "../errors/codes.ts";
import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import { type Hide, hideEverywhere } from "../util/text/hide-secrets.ts";
import { toPrintable } from "../util/text/printable.ts";
import type { HelmErrorBody, HelmErrorCode, HelmFailure } from "./error-types.ts";
import type { HelmRelease } from "./types.ts";

const codes: Record<HelmErrorCode, ErrorCode> = {
  request: "SEATRIAL_USAGE",
  load: "SEATRIAL_CHART_LOAD",
  values: "SEATRIAL_VALUES",
  schema: "SEATRIAL_SCHEMA",
  template: "SEATRIAL_TEMPLATE",
  fail: "SEATRIAL_TEMPLATE",
  "kube-version": "SEATRIAL_CHART_LOAD",
  dependency: "SEATRIAL_DEPENDENCY",
  manifest: "SEATRIAL_MANIFEST",
  "release-not-found": "SEATRIAL_RELEASE",
  "release-exists": "SEATRIAL_RELEASE",
  cluster: "SEATRIAL_REJECTED",
  hook: "SEATRIAL_HOOK",
  timeout: "SEATRIAL_TIMEOUT",
  "given-up": "SEATRIAL_NOT_READY",
  cancelled: "SEATRIAL_CANCELLED",
  internal: "SEATRIAL_ENGINE_SERVICE",
};

/** Helm failed: because of the chart, the API server, or the call. `helmCode` is the step that failed. */
export class HelmError extends SeatrialError {
  readonly helmCode: HelmErrorCode;
  /** `install`, `template` … */
  readonly verb: string;
  /** Helm's own message. */
  readonly helmMessage: string;
  /** The template or values file at fault. */
  readonly file: string | undefined;
  /** 1-based. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The failures by object, when several objects failed. */
  readonly failures: HelmFailure[];
  readonly #release: HelmRelease | undefined;
  readonly #answer: JsonObject;

  constructor(verb: string, body: HelmErrorBody, answer: JsonObject = {}) {
    const where = body.file === undefined ? "" : ` (${formatLocation(body)})`;
    const { release, ...facts } = body;
    super(codes[body.code] ?? "SEATRIAL_ENGINE_SERVICE", toPrintable(`helm ${verb} failed${where}: ${body.message}`), {
      details: { error: facts as unknown as JsonObject },
    });
    this.helmCode = body.code;
    this.verb = verb;
    this.helmMessage = body.message;
    this.file = body.file;
    this.line = body.line;
    this.column = body.column;
    this.failures = body.failures ?? [];
    this.#release = release;
    this.#answer = answer;
  }

  /** The release at the time of the failure. It contains Secrets, so it is not shown when the error is printed. */
  get release(): HelmRelease | undefined {
    return this.#release;
  }

  /** The other fields of the answer, such as the hooks of a failed test. Not shown for the same reason. */
  get answer(): JsonObject {
    return this.#answer;
  }

  /** The same error without its release, and with `hide` applied to its texts. */
  hiding(hide: Hide): HelmError {
    const { error } = this.details as { error: JsonObject };
    return new HelmError(this.verb, hideEverywhere(error, hide) as unknown as HelmErrorBody);
  }

  /** The fields that programs and test runners print. */
  override toJSON(): JsonObject {
    const { name, message, code, details } = this;
    return { name, message, code, ...details };
  }

  static {
    HelmError.prototype.name = "HelmError";
  }
}

/** Whether the error is that the release does not exist. */
export function isReleaseNotFound(error: unknown): boolean {
  return error instanceof HelmError && error.helmCode === "release-not-found";
}

function formatLocation({ file, line, column }: HelmErrorBody): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
