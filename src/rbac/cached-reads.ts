import { toObjectRef } from "../kube/object-ref.ts";
import { joinWords } from "../util/text/join-words.ts";
import type { GrantedRight } from "./granted-right.ts";
import type { HeldRole } from "./held-roles.ts";

// Leader election reads its lease directly, and events are only written.
const readDirectly = new Set(["leases", "events"]);
const MAX_NAMES = 6;

/**
 * Roles that let a controller get objects which it may not list and watch: the clients of controller-runtime and client-go's
 * informers list and watch the whole kind before the first get, and wait forever without these rights. A controller is a workload
 * that may watch something.
 */
export function cachedReads(roles: readonly HeldRole[]): GrantedRight[] {
  const accounts = [...new Set(roles.flatMap((role) => role.accounts))];
  return roles.flatMap((held) => {
    const holders = held.accounts.filter((account) => accounts.includes(account));
    const trapped = holders.map((account) => trappedReads(held, roles, account));
    // What one of the holders gets by another role is in order.
    const [first = [], ...others] = trapped;
    const names = first.filter(({ name }) => others.every((other) => other.some((each) => each.name === name)));
    const [earliest] = names;
    if (earliest === undefined) return [];
    const unique = [...new Set(names.map(({ name }) => name))];
    const shown = unique.slice(0, MAX_NAMES);
    const more = unique.length > MAX_NAMES ? [`${unique.length - MAX_NAMES} more`] : [];
    return [
      {
        reason: "GetsWithoutList" as const,
        message: `lets a controller get ${joinWords([...shown, ...more])}, but not list and watch, as a cached client does first`,
        object: toObjectRef(held.role),
        field: `rules[${earliest.index}]`,
      },
    ];
  });
}

function trappedReads(held: HeldRole, roles: readonly HeldRole[], account: string): { name: string; index: number }[] {
  const all = roles.filter((role) => role.accounts.includes(account)).flatMap(({ rules }) => rules);
  const verbsOf = (group: string, resource: string) =>
    all
      .filter(({ apiGroups = [], resources = [], resourceNames = [] }) => {
        const covers = (list: readonly string[], word: string) => list.includes(word) || list.includes("*");
        return resourceNames.length === 0 && covers(apiGroups, group) && covers(resources, resource);
      })
      .flatMap(({ verbs }) => verbs);
  if (!all.some(({ verbs }) => verbs.includes("watch") || verbs.includes("*"))) return [];
  return held.rules.flatMap(({ apiGroups = [], resources = [], resourceNames = [], verbs }, index) => {
    if (resourceNames.length > 0 || !verbs.includes("get")) return [];
    return resources.flatMap((resource) => {
      if (resource === "*" || resource.includes("/") || readDirectly.has(resource)) return [];
      const trapped = apiGroups.filter((group) => {
        const granted = verbsOf(group, resource);
        return group !== "*" && !granted.includes("*") && !(granted.includes("list") && granted.includes("watch"));
      });
      return trapped.map((group) => ({ name: group === "" ? resource : `${resource}.${group}`, index }));
    });
  });
}
