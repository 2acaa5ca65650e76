// Objects of these kinds act on requests that have nothing to do with their chart: another trial that runs at the same
// time could fail, or pass, because of them.
const exclusiveKinds: ReadonlySet<string> = new Set([
  "APIService",
  "CSIDriver",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttributesClass",
]);

/** Whether a trial of a chart with an object of this kind runs alone. */
export function isExclusiveKind(kind: string): boolean {
  return exclusiveKinds.has(kind);
}
