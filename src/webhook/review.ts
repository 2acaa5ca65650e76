import type { JsonObject } from "../errors/seatrial-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";

/** A kind or resource as a review names it. */
interface GroupVersion {
  group: string;
  version: string;
}

/** The `request` of an AdmissionReview, as the API server sends it. */
export interface AdmissionRequest {
  uid: string;
  kind: GroupVersion & { kind: string };
  resource: GroupVersion & { resource: string };
  subResource?: string;
  name?: string;
  namespace?: string;
  operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  userInfo: { username?: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> };
  /** The object as it would be stored; absent when it is deleted. */
  object?: KubeObject | null;
  /** The object as it is stored; absent when it is created. */
  oldObject?: KubeObject | null;
  dryRun?: boolean;
  options?: JsonObject | null;
}

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  path: string;
  from?: string;
  value?: unknown;
}

/** What an admission webhook answers. */
export interface AdmissionResponse {
  allowed: boolean;
  /** Why it was refused. */
  message?: string | undefined;
  /** The HTTP status code of the refusal. @default 400 */
  code?: number | undefined;
  /** The reason of the refusal, such as `Forbidden` or `Invalid`. @default none */
  reason?: string | undefined;
  /** Changes to the object; of mutating webhooks only. */
  patch?: readonly JsonPatchOperation[] | undefined;
  /** `Warning:` headers of the answer to the client. */
  warnings?: readonly string[] | undefined;
  auditAnnotations?: Readonly<Record<string, string>> | undefined;
}

/** The `request` of a ConversionReview. */
export interface ConversionRequest {
  uid: string;
  desiredAPIVersion: string;
  objects: KubeObject[];
}

/** What a conversion webhook answers. */
export interface ConversionResponse {
  convertedObjects: KubeObject[];
  /** Why it could not convert. */
  message?: string | undefined;
}

/** A call of an admission webhook. */
export interface AdmissionReview {
  type: "validating" | "mutating";
  /** The name of the webhook configuration. */
  configuration: string;
  /** The name of the webhook in it. */
  webhook: string;
  request: AdmissionRequest;
}

/** A call of a conversion webhook. */
export interface ConversionReview {
  type: "conversion";
  /** The name of the CustomResourceDefinition. */
  configuration: string;
  /** The same. */
  webhook: string;
  request: ConversionRequest;
}

/** What is kept of every review; the data of Secrets is `***`. */
interface Recorded {
  /** RFC 3339. */
  time: string;
  /** `default` is allowed, or converted by changing the apiVersion. */
  answeredBy: "default" | "deny" | "handler";
  /** Why there is no response: the webhook's `failurePolicy` decided. */
  error?: string;
}

/** A call that was answered for a backend that is not there. */
export type WebhookReview =
  | (AdmissionReview & Recorded & { response?: AdmissionResponse })
  | (ConversionReview & Recorded & { response?: ConversionResponse });
