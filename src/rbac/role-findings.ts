import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import type { KubeResource } from "../kube/discovery.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { nearestName } from "../util/text/nearest-name.ts";
import { groupsOf, type KnownResources, knownResources, nameGroup, resourceHint } from "./known-resources.ts";
import { limitedRules } from "./limited-rules.ts";
import { rulesOf } from "./rules-of.ts";
import type { PolicyRule } from "./stored-rules.ts";
import { unknownPaths } from "./unknown-paths.ts";
import { unknownSubresources } from "./unknown-subresources.ts";
import {
  isConstrainedImpersonation,
  pathVerbs,
  requestVerbOf,
  requestVerbs,
  specialVerbsOf,
} from "./virtual-resources.ts";
import { wrongGroups } from "./wrong-groups.ts";

/**
 * Rules of the chart's Roles and ClusterRoles that grant nothing: a resource in the wrong API group, a name that is not a
 * resource, a path that no request has, a verb that does not exist. The API server accepts them all. Rules about groups of
 * other projects are not judged.
 */
export function roleFindings(objects: readonly ChartObject[], served: readonly KubeResource[]): Finding[] {
  const known = knownResources(served);
  const found = objects.flatMap((item) => {
    const { apiVersion, kind } = item.object;
    if (item.problem !== undefined || !apiVersion.startsWith("rbac.authorization.k8s.io/")) return [];
    if (kind !== "Role" && kind !== "ClusterRole") return [];
    const rules = rulesOf(item.object);
    return rules.flatMap((rule, index) => judgeRule({ item, rules, rule, field: `rules[${index}]`, known, served }));
  });
  return [...found, ...limitedRules(objects, served)];
}

const readingVerbs = new Set(["list", "watch"]);

interface JudgedRule {
  item: ChartObject;
  rules: PolicyRule[];
  rule: PolicyRule;
  field: string;
  known: KnownResources;
  served: readonly KubeResource[];
}

function judgeRule(judged: JudgedRule): Finding[] {
  const { apiGroups = [], nonResourceURLs = [], resources = [] } = judged.rule;
  if (nonResourceURLs.length > 0 && resources.length === 0)
    return [...unknownPaths(judged.item, judged), ...judgeVerbs(judged, pathVerbs, "a path")];
  // The API server refuses the rule.
  if (apiGroups.length === 0) return [];
  const wrong = wrongGroups(judged, [...judged.known.keys()], (group) => grantsAll(judged, group));
  if (wrong.length > 0) return wrong;
  if (!apiGroups.every((group) => isOwnGroup(group) && judged.known.has(group))) return [];
  const isImpersonation = (plural: string) =>
    apiGroups.some((group) => isConstrainedImpersonation(group, plural, judged.rule.verbs));
  const plurals = [...new Set(resources.map((resource) => resource.split("/")[0] ?? ""))].filter(
    (name) => name !== "*" && !isImpersonation(name),
  );
  const problems = [
    ...plurals.flatMap((plural) => judgeResource(judged, plural)),
    ...unknownSubresources(judged.item, judged, judged.served),
  ];
  const verbs = plurals.map((plural) => verbsOf(judged, plural));
  // What is not served any more had verbs of its own, and "*" includes resources that have.
  const hasAll = resources.some((resource) => resource.startsWith("*"));
  const areKnown = plurals.length > 0 && !hasAll && verbs.every((each) => each.length > 0);
  if (!areKnown) return problems;
  const known = [...new Set([...requestVerbs, ...verbs.flat()])];
  return [...problems, ...judgeVerbs(judged, known, resources.join(", "))];
}

function verbsOf({ rule: { apiGroups = [] }, known }: JudgedRule, plural: string): string[] {
  return apiGroups.flatMap((group) => {
    const verbs = known.get(group)?.get(plural);
    return verbs === undefined ? [] : [...verbs, ...specialVerbsOf(group, plural)];
  });
}

function judgeResource({ item, rules, rule, field, known }: JudgedRule, plural: string): Finding[] {
  const { apiGroups = [] } = rule;
  if (apiGroups.some((group) => known.get(group)?.has(plural))) return [];
  const homes = groupsOf(known, plural);
  const written = apiGroups.map(nameGroup).join(", ");
  if (homes.length > 0) {
    const isGranted = rules.some(
      (other) =>
        grants(other, plural) && (other.apiGroups ?? []).some((group) => homes.includes(group) || group === "*"),
    );
    return [
      objectFinding(item, {
        // Another rule of the role grants it: this one is only superfluous.
        severity: isGranted ? "warning" : "error",
        message: `the rule grants nothing for ${plural}: they are in the API group ${homes.map(nameGroup).join(", ")}, not in ${written}`,
        field: `${field}.apiGroups`,
        reason: "WrongApiGroup",
        hint: `write ${homes.map((home) => `apiGroups: [${JSON.stringify(home)}]`).join(" or ")} for ${plural}`,
      }),
    ];
  }
  const hint = resourceHint(known, apiGroups, plural);
  if (hint === undefined) return [];
  return [
    objectFinding(item, {
      message: `the rule grants nothing for ${plural}: the API group ${written} has no such resource`,
      field: `${field}.resources`,
      reason: "UnknownResource",
      hint,
    }),
  ];
}

function judgeVerbs({ item, rule, field }: JudgedRule, known: readonly string[], what: string): Finding[] {
  const unknown = rule.verbs.filter((verb) => verb !== "*" && !known.includes(requestVerbOf(verb)));
  return unknown.map((verb) => {
    const nearest = known === pathVerbs && readingVerbs.has(verb) ? "get" : nearestName(verb, known);
    const isAlone = unknown.length === rule.verbs.length;
    return objectFinding(item, {
      severity: nearest !== undefined || isAlone ? "error" : "warning",
      message: `the verb "${verb}" does not exist for ${what}: the API server asks for ${known.join(", ")}`,
      field: `${field}.verbs`,
      reason: "UnknownVerb",
      ...(nearest === undefined ? {} : { hint: `write "${nearest}"` }),
    });
  });
}

// Whether the role grants all resources of the rule in a group.
function grantsAll({ rules, rule: { resources = [] } }: JudgedRule, group: string): boolean {
  const ofGroup = rules.filter(({ apiGroups = [] }) => apiGroups.includes(group) || apiGroups.includes("*"));
  return resources.every((resource) => ofGroup.some((other) => grants(other, resource.split("/")[0] ?? "")));
}

function grants({ resources = [] }: PolicyRule, plural: string): boolean {
  return resources.some((resource) => resource === "*" || resource.split("/")[0] === plural);
}
