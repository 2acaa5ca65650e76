import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { podLabelsOf, podSelectorOf } from "../references/pod-selector.ts";
import { mustBeKubeObject } from "./kube-object.ts";
import { failEitherWay, hint, type MatcherContext, type MatcherResult } from "./matcher.ts";
import { type PodSource, podSourceObjects } from "./pod-source.ts";

/**
 * Passes when a Service, PodDisruptionBudget, NetworkPolicy, PodMonitor or workload selects a Pod, or the Pod template of a
 * workload. Fails also under `not` when the object has no selector, and when there are neither Pods nor templates.
 */
export function toSelectPods(this: MatcherContext, received: unknown, from: PodSource): MatcherResult {
  mustBeKubeObject("toSelectPods", received);
  const firstLine = hint(this, "toSelectPods", "pods");
  const what = formatObjectRef(toObjectRef(received));
  const selector = podSelectorOf(received);
  if (selector === undefined) return failEitherWay(this, firstLine, `${what} has no selector for Pods`);
  const { namespace } = received.metadata;
  const isElsewhere = ({ metadata }: KubeObject) =>
    namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace;
  const pods = podLabelsOf(podSourceObjects("toSelectPods", from)).filter(({ owner }) => !isElsewhere(owner));
  if (pods.length === 0)
    return failEitherWay(this, firstLine, "There are neither Pods nor objects with a Pod template");
  const selected = pods.filter(({ labels }) => selector.matches(labels));
  const shown = (selected.length > 0 ? selected : pods).slice(0, 5).map(({ owner, labels }) => {
    const text = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return `  ${formatObjectRef(toObjectRef(owner))}: ${text.join(", ") || "no labels"}`;
  });
  const words = selector.text === "" ? "all Pods" : selector.text;
  const message = () =>
    selected.length > 0
      ? [`${firstLine}\n\n${what} selects ${words}, which matches`, ...shown].join("\n")
      : [`${firstLine}\n\n${what} selects ${words}, and the Pods have`, ...shown].join("\n");
  return { pass: selected.length > 0, message };
}
