import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { podLabelsOf, podSelectorOf } from "../references/pod-selector.ts";
import { mustBeKubeObject } from "./kube-object.ts";
import { failEitherWay, hint, type MatcherContext, type MatcherResult } from "./matcher.ts";
import { type PodSource, podSourceObjects } from "./pod-source.ts";

/**
 * Passes when exactly one PodDisruptionBudget selects the Pods of a workload, or a Pod. Fails also under `not` when the object has no
 * Pods, and when several budgets select them: the API server then refuses every eviction.
 */
export function toBeCoveredByPdb(this: MatcherContext, received: unknown, from: PodSource): MatcherResult {
  mustBeKubeObject("toBeCoveredByPdb", received);
  const firstLine = hint(this, "toBeCoveredByPdb", "budgets");
  const what = formatObjectRef(toObjectRef(received));
  const pods = podLabelsOf([received]);
  if (pods.length === 0) return failEitherWay(this, firstLine, `${what} is not a Pod and has no Pod template`);
  const budgets = podSourceObjects("toBeCoveredByPdb", from).filter((object) => isBudgetOf(object, received));
  const covering = budgets.filter((budget) => {
    const selector = podSelectorOf(budget);
    return selector !== undefined && pods.some(({ labels }) => selector.matches(labels));
  });
  const names = covering.map((budget) => formatObjectRef(toObjectRef(budget)));
  if (covering.length > 1) {
    const reason = `${what} is covered by ${covering.length} budgets, and the API server evicts no Pod that several budgets select`;
    return failEitherWay(this, firstLine, [reason, ...names.map((name) => `  ${name}`)].join("\n"));
  }
  const labels = pods.map((pod) => Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`));
  const others = budgets.map((budget) => {
    return `  ${formatObjectRef(toObjectRef(budget))}: ${podSelectorOf(budget)?.text ?? "no selector"}`;
  });
  const missing = others.length === 0 ? ["There is no PodDisruptionBudget in its namespace"] : others;
  const message = () =>
    covering.length === 1
      ? `${firstLine}\n\n${what} is covered by ${names[0]}`
      : [`${firstLine}\n\nNo PodDisruptionBudget selects ${labels.flat().join(", ") || "no labels"}`, ...missing].join(
          "\n",
        );
  return { pass: covering.length === 1, message };
}

function isBudgetOf({ kind, apiVersion, metadata }: KubeObject, object: KubeObject): boolean {
  if (kind !== "PodDisruptionBudget" || !apiVersion.startsWith("policy/")) return false;
  const [one, other] = [metadata.namespace, object.metadata.namespace];
  return one === undefined || other === undefined || one === other;
}
