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

/** Subresources that a rule misspells, as in `pods/logs`. Others may belong to another version of Kubernetes. */
export function unknownSubresources(
  item: ChartObject,
  { rule: { apiGroups = [], resources = [] }, field }: { rule: PolicyRule; field: string },
  served: readonly KubeResource[],
): Finding[] {
  return resources.flatMap((resource) => {
    const [plural = "", subresource] = resource.split("/");
    if (subresource === undefined || subresource === "*") return [];
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
