import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import type { KubeResource } from "../kube/discovery.ts";
import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { isMapping } from "../util/is-mapping.ts";
import { groupsOf, type KnownResources, knownResources, nameGroup, resourceHint } from "./known-resources.ts";

interface AdmissionRule {
  field: string;
  apiGroups: string[];
  resources: string[];
}

/**
 * Rules of the chart's webhooks and admission policies that match no request: a resource in the wrong API group, or a name
 * that is not a resource. The API server accepts them. Rules about groups of other projects are not judged.
 */
export function admissionRules(objects: readonly ChartObject[], served: readonly KubeResource[]): Finding[] {
  const known = knownResources(served);
  return objects.flatMap((item) => {
    const { apiVersion } = item.object;
    if (item.problem !== undefined || groupOf(apiVersion) !== "admissionregistration.k8s.io") return [];
    return rulesIn(item.object).flatMap((rule) => judge(item, rule, known));
  });
}

function judge(item: ChartObject, { field, apiGroups, resources }: AdmissionRule, known: KnownResources): Finding[] {
  if (!apiGroups.every((group) => isOwnGroup(group) && known.has(group))) return [];
  const plurals = [...new Set(resources.map((resource) => resource.split("/")[0] ?? ""))].filter(
    (name) => name !== "*",
  );
  return plurals.flatMap((plural) => {
    if (apiGroups.some((group) => known.get(group)?.has(plural))) return [];
    const groups = groupsOf(known, plural);
    const written = apiGroups.map(nameGroup).join(", ");
    if (groups.length > 0) {
      return objectFinding(item, {
        message: `the rule matches no ${plural}: they are in the API group ${groups.map(nameGroup).join(", ")}, not in ${written}`,
        field: `${field}.apiGroups`,
        reason: "WrongApiGroup",
        hint: `write apiGroups: ${groups.map((group) => JSON.stringify([group])).join(" or ")} for ${plural}`,
      });
    }
    const hint = resourceHint(known, apiGroups, plural);
    if (hint === undefined) return [];
    return objectFinding(item, {
      message: `the rule matches no ${plural}: the API group ${written} has no such resource`,
      field: `${field}.resources`,
      reason: "UnknownResource",
      hint,
    });
  });
}

function rulesIn({ webhooks, spec }: KubeObject): AdmissionRule[] {
  const ofWebhooks = toList(webhooks).flatMap((webhook, at) => toRules(webhook.rules, `webhooks[${at}].rules`));
  const { matchConstraints, matchResources } = isMapping(spec) ? spec : {};
  const ofPolicies = Object.entries({ matchConstraints, matchResources }).flatMap(([name, match]) =>
    isMapping(match) ? toRules(match.resourceRules, `spec.${name}.resourceRules`) : [],
  );
  return [...ofWebhooks, ...ofPolicies];
}

function toRules(rules: unknown, field: string): AdmissionRule[] {
  return toList(rules).map((rule, at) => ({
    field: `${field}[${at}]`,
    apiGroups: toTexts(rule.apiGroups),
    resources: toTexts(rule.resources),
  }));
}

function toList(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map((item) => (isMapping(item) ? item : {})) : [];
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
