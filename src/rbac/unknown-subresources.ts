import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import type { KubeResource } from "../kube/discovery.ts";
import { groupOf } from "../kube/object-ref.ts";
import { editDistance } from "../util/text/nearest-name.ts";
import type { PolicyRule } from "./stored-rules.ts";
import { isVirtualSubresource } from "./virtual-resources.ts";

// More letters make another word: `stats` and `status` are two subresources.
const MAX_DISTANCE = 2;

/** Subresources that a rule misspells, as in `pods/logs` and `pods/*`. Others may belong to another version of Kubernetes. */
export function unknownSubresources(
  item: ChartObject,
  { rule: { apiGroups = [], resources = [] }, field }: { rule: PolicyRule; field: string },
  served: readonly KubeResource[],
): Finding[] {
  // As upstream's authorizer matches rules: pkg/apis/rbac/v1/evaluation_helpers.go.
  const allSubresources = (resource: string, plural: string) =>
    objectFinding(item, {
      // Usually the resource itself is what the chart needs.
      severity: resources.some((other) => other === plural || (other.startsWith(`${plural}/`) && other !== resource))
        ? "warning"
        : "error",
      message: `the rule grants nothing for ${resource}: a * is a whole resource, or stands before the slash`,
      field: `${field}.resources`,
      reason: "UnknownResource",
      hint: `list the subresources, such as ${plural}/status`,
    });
  return resources.flatMap((resource) => {
    const [plural = "", subresource] = resource.split("/");
    if (subresource === undefined) return [];
    if (subresource === "*")
      return plural === "*" || resources.includes("*") ? [] : [allSubresources(resource, plural)];
    if (apiGroups.some((group) => isVirtualSubresource(group, plural, subresource))) return [];
    const known = served
      .filter((each) => each.plural === plural && apiGroups.includes(groupOf(each.apiVersion)))
      .flatMap(({ subresources = [] }) => subresources);
    const distances = known.map((name) => ({ name, distance: editDistance(subresource, name) }));
    const [nearest] = distances.sort((one, other) => one.distance - other.distance);
    if (nearest === undefined || nearest.distance === 0 || nearest.distance > MAX_DISTANCE) return [];
    return [
      objectFinding(item, {
        message: `the rule grants nothing for ${resource}: ${plural} have no such subresource`,
        field: `${field}.resources`,
        reason: "UnknownResource",
        hint: `write "${plural}/${nearest.name}"`,
      }),
    ];
  });
}
