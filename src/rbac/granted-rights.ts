import { type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { joinWords } from "../util/text/join-words.ts";
import { cachedReads } from "./cached-reads.ts";
import type { GrantedRight } from "./granted-right.ts";
import { type HeldRole, heldRoles } from "./held-roles.ts";
import type { PolicyRule } from "./stored-rules.ts";

/**
 * The rights that the chart's bindings give and that a reader wants to know, one entry for each role and kind of right. Roles that
 * no binding of the chart names are left out: nobody holds them by this chart.
 */
export function grantedRights(objects: readonly KubeObject[]): GrantedRight[] {
  const roles = heldRoles(objects);
  return [...roles.flatMap(wideRights), ...cachedReads(roles)];
}

function wideRights({ role, rules, isClusterWide }: HeldRole): GrantedRight[] {
  const object = toObjectRef(role);
  const where = isClusterWide ? "in the whole cluster" : "in the namespace";
  const everything = rules.findIndex(grantsEverything);
  if (everything !== -1) {
    const message = `grants everything ${where}`;
    return [{ reason: "GrantsEverything", message, object, field: `rules[${everything}]` }];
  }
  const found: GrantedRight[] = [];
  const secrets = rules.findIndex(readsSecrets);
  if (isClusterWide && secrets !== -1) {
    const message = "reads the Secrets of all namespaces";
    found.push({ reason: "ReadsAllSecrets", message, object, field: `rules[${secrets}]` });
  }
  const powers = rules.flatMap((rule, index) => powersOf(rule).map((power) => ({ power, index })));
  const [first] = powers;
  if (first !== undefined) {
    const names = [...new Set(powers.map(({ power }) => power))];
    const message = `grants ${joinWords(names)} ${where}, with which its holder can get further rights`;
    found.push({ reason: "MayEscalate", message, object, field: `rules[${first.index}]` });
  }
  return found;
}

function has(list: readonly string[] | undefined, ...words: string[]): boolean {
  return (list ?? []).some((each) => each === "*" || words.includes(each));
}

function grantsEverything({ apiGroups = [], resources = [], verbs, resourceNames = [] }: PolicyRule): boolean {
  const isAll = apiGroups.includes("*") && resources.includes("*") && verbs.includes("*");
  return isAll && resourceNames.length === 0;
}

function readsSecrets({ apiGroups, resources, verbs, resourceNames = [] }: PolicyRule): boolean {
  return (
    resourceNames.length === 0 && has(apiGroups, "") && has(resources, "secrets") && has(verbs, "get", "list", "watch")
  );
}

// Explicit words only, apart from verbs: a wildcard of resources is a right of another kind.
function powersOf({ apiGroups = [], resources = [], verbs, resourceNames = [] }: PolicyRule): string[] {
  if (resourceNames.length > 0) return [];
  const powers: string[] = [];
  const inGroup = (group: string) => has(apiGroups, group);
  const named = (...names: string[]) => names.filter((name) => resources.includes(name));
  if (inGroup("rbac.authorization.k8s.io")) {
    const roles = named("roles", "clusterroles");
    for (const verb of ["escalate", "bind"]) {
      if (roles.length > 0 && has(verbs, verb)) powers.push(`${verb} of ${joinWords(roles)}`);
    }
  }
  if (!inGroup("")) return powers;
  const impersonated = named("users", "groups", "serviceaccounts");
  if (impersonated.length > 0 && verbs.includes("impersonate"))
    powers.push(`impersonate of ${joinWords(impersonated)}`);
  if (has(verbs, "create", "get")) powers.push(...named("pods/exec", "pods/attach", "nodes/proxy"));
  if (has(verbs, "create")) powers.push(...named("serviceaccounts/token"));
  return powers;
}
