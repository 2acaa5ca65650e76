import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import type { KubeResource } from "../kube/discovery.ts";
import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { isMapping } from "../util/is-mapping.ts";
import { joinWords } from "../util/text/join-words.ts";
import { heldRoles } from "./held-roles.ts";
import { rulesOf } from "./rules-of.ts";
import type { PolicyRule } from "./stored-rules.ts";

interface RoleOfChart {
  item: ChartObject;
  rules: PolicyRule[];
  /** Every binding of the chart gives it in one namespace only. */
  isInNamespace: boolean;
}

const RBAC = "rbac.authorization.k8s.io";
// The API server authorizes these of a Namespace in the Namespace itself.
const ownNamespace = ["get", "update", "patch", "delete"];
const unnamed = ["create", "deletecollection"];

/**
 * Rules that grant less than they say: cluster-scoped resources and paths in a role that is bound in a namespace, and the
 * creation of objects by their names. Warnings, because a chart may share the rules of a role between both kinds of binding.
 */
export function limitedRules(objects: readonly ChartObject[], served: readonly KubeResource[]): Finding[] {
  const roles = rolesOf(objects);
  return roles.flatMap((role) =>
    role.rules.flatMap((rule, index) => [
      ...(role.isInNamespace ? outOfScope(role, rule, `rules[${index}]`, roles, served) : []),
      ...namedCreation(role, rule, `rules[${index}]`, roles),
    ]),
  );
}

function rolesOf(objects: readonly ChartObject[]): RoleOfChart[] {
  const held = heldRoles(objects.map(({ object }) => object));
  return objects.flatMap((item): RoleOfChart[] => {
    const { object } = item;
    const isRole = object.kind === "Role" || object.kind === "ClusterRole";
    if (item.problem !== undefined || groupOf(object.apiVersion) !== RBAC || !isRole) return [];
    const binding = held.find(({ role }) => role === object);
    const isInNamespace = object.kind === "Role" || (binding?.isClusterWide === false && !isAggregated(object));
    return [{ item, rules: rulesOf(object), isInNamespace }];
  });
}

// Another role, which may be bound in the cluster, gets the rules.
function isAggregated({ metadata }: KubeObject): boolean {
  return isMapping(metadata.labels) && Object.keys(metadata.labels).some((key) => key.includes("aggregate-to-"));
}

function outOfScope(
  { item }: RoleOfChart,
  rule: PolicyRule,
  field: string,
  roles: readonly RoleOfChart[],
  served: readonly KubeResource[],
): Finding[] {
  const wide = roles.filter(({ isInNamespace }) => !isInNamespace).flatMap(({ rules }) => rules);
  const paths = (rule.nonResourceURLs ?? []).filter(
    (path) => !wide.some((other) => includes(other.nonResourceURLs, path)),
  );
  const plurals = (rule.resources ?? []).filter((resource) => {
    const plural = resource.split("/")[0] ?? "";
    const kinds = served.filter(
      (each) => each.plural === plural && (rule.apiGroups ?? []).includes(groupOf(each.apiVersion)),
    );
    if (kinds.length === 0 || kinds.some(({ isNamespaced }) => isNamespaced)) return false;
    if (plural === "namespaces" && rule.verbs.some((verb) => includes(ownNamespace, verb) || verb === "*"))
      return false;
    return !wide.some((other) => includes(other.resources, resource));
  });
  const names = [...plurals, ...paths];
  if (names.length === 0) return [];
  const { kind } = item.object;
  const where = kind === "Role" ? "a Role" : "a ClusterRole that only RoleBindings give";
  return [
    objectFinding(item, {
      severity: "warning",
      message: `the rule grants nothing for ${joinWords(names)}: outside of namespaces, ${where} has no effect`,
      field: `${field}.${plurals.length > 0 ? "resources" : "nonResourceURLs"}`,
      reason: "ClusterScopedResource",
      hint: "bind a ClusterRole with a ClusterRoleBinding, or leave the rule out",
    }),
  ];
}

// Server-side apply names the object before it exists. Every other request to create an object does not.
function namedCreation(
  { item }: RoleOfChart,
  rule: PolicyRule,
  field: string,
  roles: readonly RoleOfChart[],
): Finding[] {
  const { resourceNames = [], resources = [], apiGroups = [] } = rule;
  const isOther = (verb: string, resource: string) =>
    roles.some(({ rules }) =>
      rules.some(
        (other) =>
          (other.resourceNames ?? []).length === 0 &&
          includes(other.verbs, verb) &&
          includes(other.resources, resource) &&
          apiGroups.some((group) => includes(other.apiGroups, group)),
      ),
    );
  if (resourceNames.length === 0) return [];
  const plurals = resources.filter((resource) => !resource.includes("/") && resource !== "*");
  const verbs = unnamed.filter(
    (verb) => rule.verbs.includes(verb) && plurals.some((resource) => !isOther(verb, resource)),
  );
  if (verbs.length === 0) return [];
  return [
    objectFinding(item, {
      severity: "warning",
      message: `the rule does not grant ${joinWords(verbs)} of ${joinWords(plurals)}: such a request has no name, and the rule has resourceNames`,
      field: `${field}.resourceNames`,
      reason: "NamedCreate",
      hint: `grant ${joinWords(verbs)} in a rule of its own without resourceNames; server-side apply alone works so`,
    }),
  ];
}

function includes(list: readonly string[] | undefined, value: string): boolean {
  return (list ?? []).some((each) => each === "*" || each === value);
}
