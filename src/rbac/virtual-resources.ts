/** Resources that only rules name: the API server authorizes requests by them and does not serve them. */
export const virtualResources: readonly { group: string; plural: string; verbs: readonly string[] }[] = [
  { group: "", plural: "users", verbs: ["impersonate"] },
  { group: "", plural: "groups", verbs: ["impersonate"] },
  { group: "authentication.k8s.io", plural: "userextras", verbs: ["impersonate"] },
  { group: "authentication.k8s.io", plural: "uids", verbs: ["impersonate"] },
  { group: "certificates.k8s.io", plural: "signers", verbs: ["approve", "sign", "attest"] },
];

/** The verbs of requests to paths that are not resources. */
export const pathVerbs = ["get", "post", "put", "patch", "delete", "head", "options"];

/** Verbs that only rules name, by `group/plural`: see "Referring to resources" in Kubernetes' documentation of RBAC. */
const specialVerbs: Record<string, readonly string[]> = {
  "/serviceaccounts": ["impersonate"],
  "rbac.authorization.k8s.io/roles": ["bind", "escalate"],
  "rbac.authorization.k8s.io/clusterroles": ["bind", "escalate"],
};

/** The verbs that rules may name for a resource, besides those that the API server serves it with. */
export function specialVerbsOf(group: string, plural: string): readonly string[] {
  return specialVerbs[`${group}/${plural}`] ?? [];
}

// A kubelet asks for these of its node, and admission for the right to block a deletion.
const nodeSubresources = ["checkpoint", "configz", "healthz", "log", "metrics", "pods", "proxy", "spec", "stats"];

/** Whether rules may name a subresource that the API server does not serve. */
export function isVirtualSubresource(group: string, plural: string, subresource: string): boolean {
  if (subresource === "finalizers") return true;
  return group === "" && plural === "nodes" && nodeSubresources.includes(subresource);
}
