import type { KubeObject } from "../kube/object-ref.ts";

// Objects of these kinds act on requests or objects that have nothing to do with their chart: another trial that runs at
// the same time could fail, or pass, because of them.
const exclusiveKinds: ReadonlySet<string> = new Set([
  "APIService",
  "CSIDriver",
  "ClusterTrustBundle",
  "CustomResourceDefinition",
  "DeviceClass",
  "DeviceTaintRule",
  "FlowSchema",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Node",
  // Claims of any namespace bind to it.
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "ServiceCIDR",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttributesClass",
]);

// They act on everything in their namespace.
const namespaceWideKinds: ReadonlySet<string> = new Set(["LimitRange", "NetworkPolicy", "ResourceQuota"]);

/** Whether a trial of a chart with this object runs alone. `namespace` is the namespace of the trial. */
export function isExclusive({ kind, metadata }: KubeObject, namespace: string): boolean {
  if (exclusiveKinds.has(kind)) return true;
  return namespaceWideKinds.has(kind) && ![undefined, "", namespace].includes(metadata.namespace);
}
