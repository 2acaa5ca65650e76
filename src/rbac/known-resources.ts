import type { KubeResource } from "../kube/discovery.ts";
import { groupOf } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { nearestName } from "../util/text/nearest-name.ts";
import { virtualResources } from "./virtual-resources.ts";

/** The verbs of each resource, by API group and plural name. */
export type KnownResources = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** The resources that are served, and those that only rules name. */
export function knownResources(served: readonly KubeResource[]): KnownResources {
  const all = new Map<string, Map<string, readonly string[]>>();
  const add = (group: string, plural: string, verbs: readonly string[]) => {
    const names = all.get(group) ?? new Map<string, readonly string[]>();
    all.set(group, names.set(plural, verbs));
  };
  for (const resource of served) add(groupOf(resource.apiVersion), resource.plural, resource.verbs);
  for (const { group, plural, verbs } of virtualResources) add(group, plural, verbs);
  return all;
}

/** An API group, as messages show it. */
export function nameGroup(group: string): string {
  return group === "" ? '"" (core)' : group;
}

/** The API groups of Kubernetes that have a resource. */
export function groupsOf(known: KnownResources, plural: string): string[] {
  return [...known].filter(([group, names]) => isOwnGroup(group) && names.has(plural)).map(([group]) => group);
}

/** What to write in place of the name of a resource that none of these API groups has; `undefined` when that is not known. */
export function resourceHint(known: KnownResources, apiGroups: readonly string[], name: string): string | undefined {
  const names = apiGroups.flatMap((group) => [...(known.get(group)?.keys() ?? [])]);
  // kubectl takes `deployments.apps`.
  const nearest = nearestName(name.split(".")[0] ?? name, names);
  const meant = nearest ?? pluralOf(known, name);
  if (meant === undefined) return undefined;
  const group = nearest === undefined ? ` and apiGroups: ${JSON.stringify(groupsOf(known, meant))}` : "";
  return `write "${meant}"${group}: rules name resources in the plural and in lower case`;
}

// The resource of any of Kubernetes' groups that a name in the singular, or a kind, means.
function pluralOf(known: KnownResources, name: string): string | undefined {
  const lower = name.toLowerCase();
  const plurals = [lower, `${lower}s`, `${lower}es`, lower.replace(/y$/, "ies")];
  return plurals.find((plural) => plural !== name && groupsOf(known, plural).length > 0);
}
