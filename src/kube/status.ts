import { ClusterError, type ClusterErrorCause } from "../errors/cluster-error.ts";
import type { JsonObject } from "../errors/seatrial-error.ts";

/** A `metav1.Status`, the answer of the API server to a request that it refuses. */
export interface KubeStatus {
  kind: "Status";
  status?: string;
  message?: string;
  /** `Invalid`, `Forbidden`, `NotFound` … */
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    causes?: { reason?: string; message?: string; field?: string }[];
    retryAfterSeconds?: number;
  };
}

/** Whether the body of an answer is a Status. */
export function isStatus(body: unknown): body is KubeStatus {
  return typeof body === "object" && body !== null && (body as { kind?: unknown }).kind === "Status";
}

/** The causes that a Status lists. */
export function statusCauses(status: KubeStatus): ClusterErrorCause[] {
  return (status.details?.causes ?? []).map((cause) => ({
    field: cause.field,
    message: cause.message ?? status.message ?? "",
    reason: cause.reason,
  }));
}

/** An answer of the API server that is not a success. */
export class ApiStatusError extends ClusterError {
  /** The HTTP status code. */
  readonly statusCode: number;
  readonly status: KubeStatus;
  /** The texts of `Warning:` headers. */
  readonly warnings: readonly string[];

  constructor(request: string, statusCode: number, status: KubeStatus, warnings: readonly string[] = []) {
    const message = `The API server refused ${request}: ${status.message ?? status.reason ?? `HTTP ${statusCode}`}`;
    const isFault =
      (statusCode >= 500 && !isFaultOfObject(status)) || (statusCode === 429 && !isDisruptionRefused(status));
    super(isFault ? "SEATRIAL_API" : "SEATRIAL_REJECTED", message, {
      reason: status.reason,
      causes: statusCauses(status),
      details: { statusCode, status: status as unknown as JsonObject },
    });
    this.statusCode = statusCode;
    this.status = status;
    this.warnings = warnings;
  }

  static {
    ApiStatusError.prototype.name = "ApiStatusError";
  }
}

/**
 * Whether server-side apply could not read the object as its kind. The API server answers with a 500 without a reason,
 * although the object is wrong.
 */
export function isSchemaFailure(status: KubeStatus): boolean {
  return /^failed to (create typed patch object|convert new object) /.test(status.message ?? "");
}

/**
 * Whether the object is too large: for etcd, whose refusal the API server passes on as an internal error, for etcd's
 * client, or for the API server.
 */
export function isTooLarge({ message = "" }: KubeStatus): boolean {
  return /etcdserver: request is too large|trying to send message larger than max|Request entity too large/.test(
    message,
  );
}

/** Whether the API server answers with a 500 although the object is wrong. */
export function isFaultOfObject(status: KubeStatus): boolean {
  return isSchemaFailure(status) || isTooLarge(status);
}

// The status code means that the server is too busy, but trying again does not help.
function isDisruptionRefused(status: KubeStatus): boolean {
  return statusCauses(status).some(({ reason }) => reason === "DisruptionBudget");
}

/** The object, kind or path does not exist. */
export function isNotFound(error: unknown): error is ApiStatusError {
  return error instanceof ApiStatusError && error.statusCode === 404;
}

/** The object exists already. */
export function isAlreadyExists(error: unknown): error is ApiStatusError {
  return error instanceof ApiStatusError && error.status.reason === "AlreadyExists";
}
