import { selects } from "../../readiness/pod-spec.ts";
import { isMapping } from "../../util/is-mapping.ts";
import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { labelsOfPods } from "../pod-names.ts";
import { mappingAt } from "../reading.ts";
import type { OwnedTemplate, ReferenceIndex } from "../reference-index.ts";
import { selectorAt } from "../select-pods.ts";

const lasting = new Set(["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"]);

/** PodDisruptionBudgets that select Pods of which an earlier one of the chart is a budget, too. */
export function coveredTwice(index: ReferenceIndex): Dangling[] {
  const templates = index.chartTemplates.filter(({ owner }) => lasting.has(owner.object.kind));
  const budgets = index
    .ofChart("policy/v1", "PodDisruptionBudget")
    .map((entry) => ({ entry, pods: templates.filter((template) => isCovered(template, entry)) }));
  return budgets.flatMap(({ entry, pods }, at): Dangling[] => {
    for (const other of budgets.slice(0, at)) {
      const shared = pods.find((pod) => other.pods.includes(pod));
      if (shared === undefined) continue;
      const { object, name } = shared.owner;
      const message =
        `the Pods of ${object.kind} ${name} have another PodDisruptionBudget, ${other.entry.name}: ` +
        "the API server evicts no Pod that has two, so that nodes cannot be drained";
      const hint = "leave one of them out, or narrow a selector";
      return [
        { entry, field: "spec.selector", reason: "CoveredTwice", severity: "warning", message, hint, lookups: [] },
      ];
    }
    return [];
  });
}

function isCovered(template: OwnedTemplate, { object, namespace }: ChartEntry): boolean {
  if (template.owner.namespace !== namespace) return false;
  const selector = selectorAt(object, "spec", "selector");
  // An empty selector selects all Pods, and no selector none.
  if (selector === undefined) return isMapping(mappingAt(object, "spec").selector);
  return selects(selector, labelsOfPods(template, selector.matchLabels));
}
