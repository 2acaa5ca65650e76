/** Identifies an object. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  /** Absent for cluster-scoped objects and for objects of an unknown kind. */
  namespace?: string;
  name: string;
}

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

/** The reference for people: `Deployment default/web`, `ClusterRole web`. */
export function formatObjectRef(ref: Pick<ObjectRef, "kind" | "name" | "namespace">): string {
  const name = ref.name === "" ? "(without a name)" : ref.name;
  return ref.namespace === undefined ? `${ref.kind} ${name}` : `${ref.kind} ${ref.namespace}/${name}`;
}
