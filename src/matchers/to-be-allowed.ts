import { Identity } from "../rbac/identity.ts";
import type { Access } from "../rbac/resolve-access.ts";
import type { BoundRule } from "../rbac/stored-rules.ts";
import { hint, type MatcherContext, type MatcherResult, mustBe, show } from "./matcher.ts";

/**
 * Passes when the API server allows a user or a ServiceAccount the request. Rejects with `SEATRIAL_USAGE` for a verb or a resource that
 * does not exist, also under `not`.
 */
export async function toBeAllowed(this: MatcherContext, received: unknown, access: Access): Promise<MatcherResult> {
  mustBe<Identity>(
    "toBeAllowed",
    received,
    "the result of release.as or addUser",
    (value) => value instanceof Identity,
  );
  const { isAllowed, reason } = await received.decide(access);
  const rules = isAllowed ? [] : await received.rules();
  const firstLine = hint(this, "toBeAllowed", show(this, access));
  const verdict = `${received.user} is ${isAllowed ? "allowed" : "not allowed"} to ${describe(access, received)}`;
  const why = isAllowed ? reason : describeRules(rules);
  return { pass: isAllowed, message: () => `${firstLine}\n\n${verdict}\n${why}` };
}

function describe({ verb, resource, path, name, namespace }: Access, { namespace: own }: Identity): string {
  if (path !== undefined) return `${verb} ${path}`;
  const where = namespace === "*" ? "in all namespaces" : `in namespace ${namespace ?? own}`;
  return `${verb} ${resource}${name === undefined ? "" : ` ${name}`} ${where}`;
}

function describeRules(rules: readonly BoundRule[]): string {
  if (rules.length === 0) return "  no binding of a Role or ClusterRole names it";
  const lines = rules.map(
    ({ namespace, verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs }) => {
      const names = resourceNames.length === 0 ? "" : ` ${resourceNames.join(", ")}`;
      const what =
        nonResourceURLs?.join(", ") ?? `${resources.join(", ")}${names} of ${apiGroups.map(nameGroup).join(", ")}`;
      return `  ${verbs.join(", ")}: ${what} (${namespace === "*" ? "all namespaces" : namespace})`;
    },
  );
  return ["  it is allowed to", ...lines].join("\n");
}

function nameGroup(group: string): string {
  return group === "" ? "core" : group;
}
