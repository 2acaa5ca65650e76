const builtIn = /^$|^(?:apps|batch|autoscaling|policy)$|\.k8s\.io$/;

/** Whether an API group, such as `apps`, is one of Kubernetes itself: no CustomResourceDefinition of a chart adds to it. */
export function isBuiltInGroup(group: string): boolean {
  return builtIn.test(group);
}
