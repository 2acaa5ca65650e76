import type { ObjectRef } from "../errors/finding.ts";

export type { ObjectRef } from "../errors/finding.ts";

/** The part of `metadata` that seatrial reads; dates are RFC 3339 text, as the API server writes them. */
export interface KubeObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  [key: string]: unknown;
}

/** Any Kubernetes object as JSON, from a template or from the API server. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: KubeObjectMeta;
  [key: string]: unknown;
}

/** The reference of an object. An object without a name has the empty name. */
export function toObjectRef(object: KubeObject): ObjectRef {
  const { namespace, name } = object.metadata ?? {};
  const ref: ObjectRef = { apiVersion: object.apiVersion, kind: object.kind, name: name ?? "" };
  return namespace === undefined ? ref : { ...ref, namespace };
}

/** The API group of an `apiVersion`: `apps` of `apps/v1`; empty for the core group, and for anything but a text. */
export function groupOf(apiVersion: string): string {
  // A template may render a document without one, or with a number.
  if (typeof apiVersion !== "string") return "";
  const end = apiVersion.indexOf("/");
  return end === -1 ? "" : apiVersion.slice(0, end);
}

/**
 * The key of an object, the same whichever version of its API the object is read with: `apps/Deployment/default/web`.
 * `defaultNamespace` is the namespace of a reference without one.
 */
export function objectKey({ apiVersion, kind, namespace, name }: ObjectRef, defaultNamespace = ""): string {
  return [groupOf(apiVersion), kind, namespace ?? defaultNamespace, name].join("/");
}

/** The reference for people: `Deployment default/web`, `ClusterRole web`. */
export function formatObjectRef(ref: Pick<ObjectRef, "kind" | "name" | "namespace">): string {
  const name = ref.name === "" ? "(without a name)" : ref.name;
  return ref.namespace === undefined ? `${ref.kind} ${name}` : `${ref.kind} ${ref.namespace}/${name}`;
}
