import type { KubeObject } from "../kube/object-ref.ts";
import { isMapping } from "../util/is-mapping.ts";
import type { PolicyRule } from "./stored-rules.ts";

const lists = ["apiGroups", "resources", "resourceNames", "nonResourceURLs", "verbs"];

/** The rules of a Role or ClusterRole; none when one of them is not a rule, which the API server refuses. */
export function rulesOf({ rules }: KubeObject): PolicyRule[] {
  if (!Array.isArray(rules) || !rules.every(isRule)) return [];
  return rules.map((rule) => ({ ...rule, verbs: rule.verbs ?? [] }));
}

function isRule(rule: unknown): rule is Partial<PolicyRule> {
  if (!isMapping(rule)) return false;
  return lists.every((name) => {
    const list = rule[name];
    return list === undefined || (Array.isArray(list) && list.every((each) => typeof each === "string"));
  });
}
