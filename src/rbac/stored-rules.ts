import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeObject } from "../kube/object-ref.ts";

/** A rule of a Role or ClusterRole, with sorted lists. */
export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

/** A rule, and where it applies. */
export interface BoundRule extends PolicyRule {
  /** `*` for the whole cluster. */
  namespace: string;
}

interface Binding extends KubeObject {
  roleRef: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
}

const RBAC = "rbac.authorization.k8s.io/v1";

/** The rules that the stored bindings give a user of these groups or a ServiceAccount, also through the groups of all of them. */
export async function rulesOfUser(
  kube: KubeClient,
  user: string,
  groups: readonly string[] = [],
): Promise<BoundRule[]> {
  const [clusterRoles, roles, clusterBindings, bindings] = await Promise.all(
    ["ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding"].map((kind) => kube.list(RBAC, kind)),
  );
  const all = [...(clusterRoles ?? []), ...(roles ?? [])];
  const found = [...(clusterBindings ?? []), ...(bindings ?? [])]
    .filter((binding) => !isBuiltIn(binding) && isBoundTo(binding as Binding, user, groups))
    .flatMap((binding) => {
      const { roleRef, metadata } = binding as Binding;
      const namespace = metadata.namespace ?? "";
      const role = all.find(
        ({ kind, metadata: { name, namespace: place } }) =>
          kind === roleRef.kind && name === roleRef.name && (kind === "ClusterRole" || place === namespace),
      );
      const rules = (role as { rules?: PolicyRule[] | null } | undefined)?.rules ?? [];
      return rules.map((rule) => ({ namespace: namespace === "" ? "*" : namespace, ...sorted(rule) }));
    });
  const unique = new Map(found.map((rule) => [JSON.stringify(rule), rule]));
  return [...unique].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, rule]) => rule);
}

// The bindings that every cluster has, and that give each user the same.
function isBuiltIn({ metadata }: KubeObject): boolean {
  return metadata.labels?.["kubernetes.io/bootstrapping"] === "rbac-defaults";
}

function isBoundTo({ subjects = [], metadata }: Binding, user: string, groups: readonly string[]): boolean {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  const ofAccounts = namespace === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  const all = [...groups, ...ofAccounts, "system:authenticated"];
  return subjects.some(({ kind, name, namespace: place }) => {
    if (kind === "ServiceAccount") return name === account && (place ?? metadata.namespace) === namespace;
    return kind === "User" ? name === user : all.includes(name);
  });
}

function sorted({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule): PolicyRule {
  const lists = { apiGroups, resources, resourceNames, nonResourceURLs, verbs };
  const given = Object.entries(lists).filter(([, list]) => list !== undefined && list !== null);
  return Object.fromEntries(given.map(([key, list]) => [key, [...(list ?? [])].sort()])) as unknown as PolicyRule;
}
