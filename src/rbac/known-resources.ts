import type { KubeResource } from "../kube/discovery.ts";
import { groupOf } from "../kube/object-ref.ts";
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
