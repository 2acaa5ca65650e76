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

/** The verbs of requests for resources. */
export const requestVerbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const nodeModes = ["associated-node", "arbitrary-node"];
const impersonationModes = ["user-info", "serviceaccount", ...nodeModes];
const impersonatedResources = ["users", "groups", "uids", "userextras", "serviceaccounts", "nodes"];

/** Verbs that only rules name, by `group/plural`: see "Referring to resources" in Kubernetes' documentation of RBAC. */
const specialVerbs: Record<string, readonly string[]> = {
  "/serviceaccounts": ["impersonate"],
  // Upstream's pkg/registry/resource/utils.go asks for these of drivers that write the status of claims.
  "resource.k8s.io/resourceclaims": nodeModes.flatMap((mode) => requestVerbs.map((verb) => `${mode}:${verb}`)),
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

/**
 * Whether a rule grants whom a user may impersonate in one of the constrained ways: `impersonate:user-info` and the like in
 * `authentication.k8s.io` (k8s.io/apiserver/pkg/endpoints/filters/impersonation).
 */
export function isConstrainedImpersonation(group: string, plural: string, verbs: readonly string[]): boolean {
  const isMode = (verb: string) => impersonationModes.some((mode) => verb === `impersonate:${mode}`);
  return group === "authentication.k8s.io" && impersonatedResources.includes(plural) && verbs.every(isMode);
}

/** The verb of the request that a rule allows: `list` of `impersonate-on:user-info:list`; other verbs as they are. */
export function requestVerbOf(verb: string): string {
  const prefix = impersonationModes.map((mode) => `impersonate-on:${mode}:`).find((each) => verb.startsWith(each));
  return prefix === undefined ? verb : verb.slice(prefix.length);
}
