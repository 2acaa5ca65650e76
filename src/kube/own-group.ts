import { groupOf } from "./object-ref.ts";

// Without those that have no dot. Other groups that end in k8s.io are defined by add-ons, such as the Gateway API.
const names =
  "admissionregistration apiextensions auditregistration authentication authorization certificates " +
  "coordination discovery events lifecycle flowcontrol.apiserver internal.apiserver networking node " +
  "rbac.authorization resource scheduling settings storage storagemigration apiregistration";
const ownGroups = new Set(names.split(" ").map((name) => `${name}.k8s.io`));

/** Whether an `apiVersion` is in a group that only Kubernetes itself serves: no CustomResourceDefinition can bring a kind into it. */
export function isOwnGroup(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return !group.includes(".") || ownGroups.has(group);
}
