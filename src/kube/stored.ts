import type * as k8s from "@kubernetes/client-node";

// client-node's models rename the few fields whose names are not identifiers: `_from`, `x_kubernetes_list_type`.
type JsonKey<Key> = Key extends `_${infer Rest}`
  ? Rest
  : Key extends `x_kubernetes_${infer Rest}`
    ? `x-kubernetes-${Dashed<Rest>}`
    : Key;
type Dashed<Text extends string> = Text extends `${infer Head}_${infer Tail}` ? `${Head}-${Dashed<Tail>}` : Text;

/** A type of client-node as the JSON that the API server sends: dates are RFC 3339 text, fields have their own names. */
export type AsJson<Value> = Value extends Date
  ? string
  : Value extends (infer Item)[]
    ? AsJson<Item>[]
    : Value extends object
      ? { [Key in keyof Value as JsonKey<Key>]: AsJson<Value[Key]> }
      : Value;

/** The metadata of a stored object. */
export type StoredMeta = AsJson<k8s.V1ObjectMeta> & { name: string; uid: string; resourceVersion: string };

/** A stored object: its JSON, with the parts that every stored object has; a kind that has a `spec` always has one. */
export type Stored<Value> = Omit<AsJson<Value>, "apiVersion" | "kind" | "metadata" | "spec"> &
  (Value extends { spec?: infer Spec } ? { spec: AsJson<NonNullable<Spec>> } : unknown) & {
    apiVersion: string;
    kind: string;
    metadata: StoredMeta;
  };

/** The metadata of a rendered object, before the API server has added its own fields. */
export type RenderedMeta = AsJson<k8s.V1ObjectMeta> & { name: string };

/** An object that a chart renders: as {@link Stored}, without the metadata that only the API server adds. */
export type Rendered<Value> = Omit<Stored<Value>, "metadata"> & { metadata: RenderedMeta };

/** The rendered object of a well-known kind. */
export type RenderedKind<Kind extends keyof WellKnownKinds> = Omit<WellKnownKinds[Kind], "metadata"> & {
  metadata: RenderedMeta;
};

/** The kinds whose type follows from their name alone. */
export interface WellKnownKinds {
  ClusterRole: Stored<k8s.V1ClusterRole>;
  ClusterRoleBinding: Stored<k8s.V1ClusterRoleBinding>;
  ConfigMap: Stored<k8s.V1ConfigMap>;
  ControllerRevision: Stored<k8s.V1ControllerRevision>;
  CronJob: Stored<k8s.V1CronJob>;
  CSIDriver: Stored<k8s.V1CSIDriver>;
  CustomResourceDefinition: Stored<k8s.V1CustomResourceDefinition>;
  DaemonSet: Stored<k8s.V1DaemonSet>;
  Deployment: Stored<k8s.V1Deployment>;
  EndpointSlice: Stored<k8s.V1EndpointSlice>;
  HorizontalPodAutoscaler: Stored<k8s.V2HorizontalPodAutoscaler>;
  Ingress: Stored<k8s.V1Ingress>;
  IngressClass: Stored<k8s.V1IngressClass>;
  Job: Stored<k8s.V1Job>;
  Lease: Stored<k8s.V1Lease>;
  LimitRange: Stored<k8s.V1LimitRange>;
  MutatingWebhookConfiguration: Stored<k8s.V1MutatingWebhookConfiguration>;
  Namespace: Stored<k8s.V1Namespace>;
  NetworkPolicy: Stored<k8s.V1NetworkPolicy>;
  PersistentVolume: Stored<k8s.V1PersistentVolume>;
  PersistentVolumeClaim: Stored<k8s.V1PersistentVolumeClaim>;
  Pod: Stored<k8s.V1Pod>;
  PodDisruptionBudget: Stored<k8s.V1PodDisruptionBudget>;
  PriorityClass: Stored<k8s.V1PriorityClass>;
  ReplicaSet: Stored<k8s.V1ReplicaSet>;
  ResourceQuota: Stored<k8s.V1ResourceQuota>;
  Role: Stored<k8s.V1Role>;
  RoleBinding: Stored<k8s.V1RoleBinding>;
  RuntimeClass: Stored<k8s.V1RuntimeClass>;
  Secret: Stored<k8s.V1Secret>;
  Service: Stored<k8s.V1Service>;
  ServiceAccount: Stored<k8s.V1ServiceAccount>;
  StatefulSet: Stored<k8s.V1StatefulSet>;
  StorageClass: Stored<k8s.V1StorageClass>;
  ValidatingAdmissionPolicy: Stored<k8s.V1ValidatingAdmissionPolicy>;
  ValidatingAdmissionPolicyBinding: Stored<k8s.V1ValidatingAdmissionPolicyBinding>;
  ValidatingWebhookConfiguration: Stored<k8s.V1ValidatingWebhookConfiguration>;
}
