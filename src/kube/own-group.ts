// Without those that have no dot. Other groups that end in k8s.io are defined by add-ons, such as the Gateway API.
const names =
  "admissionregistration apiextensions auditregistration authentication authorization certificates " +
  "coordination discovery events lifecycle flowcontrol.apiserver internal.apiserver networking node " +
  "rbac.authorization resource scheduling settings storage storagemigration apiregistration";
const ownGroups = new Set(names.split(" ").map((name) => `${name}.k8s.io`));

/** Whether an API group, such as `apps`, is one that only Kubernetes itself serves: no CustomResourceDefinition adds a kind to it. */
export function isOwnGroup(group: string): boolean {
  return !group.includes(".") || ownGroups.has(group);
}
