import type { JsonObject } from "../errors/seatrial-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";

/** The group and version of a kind or resource in a review. */
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
  /** The object that would be stored; absent for a deletion. */
  object?: KubeObject | null;
  /** The stored object; absent for a creation. */
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

/** The answer of an admission webhook. */
export interface AdmissionResponse {
  allowed: boolean;
  /** Why it was refused. */
  message?: string | undefined;
  /** The HTTP status code of the refusal. @default 400 */
  code?: number | undefined;
  /** The reason of the refusal, such as `Forbidden` or `Invalid`. @default none */
  reason?: string | undefined;
  /** Changes to the object. Only mutating webhooks may make them. */
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

/** The answer of a conversion webhook. */
export interface ConversionResponse {
  convertedObjects: KubeObject[];
  /** Why the conversion failed. */
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
  /** The same name. */
  webhook: string;
  request: ConversionRequest;
}

/** Recorded with every review; the data of Secrets is `***`. */
interface Recorded {
  /** RFC 3339. */
  time: string;
  /** `default` allows the object, or converts it by changing the apiVersion. */
  answeredBy: "default" | "deny" | "handler";
  /** Why there is no response: the webhook's `failurePolicy` decided. */
  error?: string;
}

/** A call of a webhook that was answered in place of its backend. */
export type WebhookReview =
  | (AdmissionReview & Recorded & { response?: AdmissionResponse })
  | (ConversionReview & Recorded & { response?: ConversionResponse });
