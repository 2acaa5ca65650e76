import type {
  AdmissionResponse,
  AdmissionReview,
  ConversionResponse,
  ConversionReview,
  JsonPatchOperation,
  WebhookReview,
} from "./review.ts";

/** How the engine answers webhooks for as long as the connection is open. */
export interface SimulateRequest {
  namespace: string;
  name?: string;
  namespaces?: string[];
  scope?: "release" | "cluster";
  deny?: string;
  handle?: boolean;
  convert?: boolean;
}

/** The first line of the engine's answer. */
export interface SimulateStarted {
  id: number;
  since: number;
}

/** A further line: a review for the handler. */
export type HandlerCall = (AdmissionReview | ConversionReview) & { id: number };

/** A response in the form of `admission.k8s.io/v1`. */
export interface WireAdmissionResponse {
  allowed: boolean;
  status?: { message?: string; code?: number; reason?: string };
  patchType?: "JSONPatch";
  patch?: string;
  warnings?: readonly string[];
  auditAnnotations?: Readonly<Record<string, string>>;
}

/** A response in the form of `apiextensions.k8s.io/v1`. */
interface WireConversionResponse {
  convertedObjects?: ConversionResponse["convertedObjects"];
  result?: { status?: string; message?: string };
}

/** A recorded review as the engine sends it. */
export type WireReview = Omit<WebhookReview, "response"> & {
  sequence: number;
  response?: WireAdmissionResponse | WireConversionResponse;
};

/** The response of a handler in the API server's form. */
export function toWire(response: AdmissionResponse): WireAdmissionResponse {
  const { allowed, message, code, reason, patch, warnings, auditAnnotations } = response;
  const wire: WireAdmissionResponse = { allowed };
  if (message !== undefined || code !== undefined || reason !== undefined) {
    wire.status = {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { code }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
  if (patch !== undefined) {
    wire.patchType = "JSONPatch";
    wire.patch = Buffer.from(JSON.stringify(patch), "utf8").toString("base64");
  }
  if (warnings !== undefined) wire.warnings = warnings;
  if (auditAnnotations !== undefined) wire.auditAnnotations = auditAnnotations;
  return wire;
}

/** A recorded review in the form for specs. */
export function fromWire({ sequence: _sequence, response, ...review }: WireReview): WebhookReview {
  if (response === undefined) return review as WebhookReview;
  const read =
    review.type === "conversion"
      ? fromConversion(response as WireConversionResponse)
      : fromAdmission(response as WireAdmissionResponse);
  return { ...review, response: read } as WebhookReview;
}

function fromAdmission(wire: WireAdmissionResponse): AdmissionResponse {
  const { allowed, status, patch, warnings, auditAnnotations } = wire;
  const response: AdmissionResponse = { allowed, ...status };
  if (patch !== undefined) {
    response.patch = JSON.parse(Buffer.from(patch, "base64").toString("utf8")) as JsonPatchOperation[];
  }
  if (warnings !== undefined) response.warnings = warnings;
  if (auditAnnotations !== undefined) response.auditAnnotations = auditAnnotations;
  return response;
}

function fromConversion({ convertedObjects = [], result }: WireConversionResponse): ConversionResponse {
  const response: ConversionResponse = { convertedObjects };
  return result?.message === undefined ? response : { ...response, message: result.message };
}
