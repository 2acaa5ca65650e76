import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { selects } from "../readiness/pod-spec.ts";
import { podTemplatesOf } from "./pod-templates.ts";
import { labelsAt } from "./reading.ts";
import { formatSelector, type Selector, selectorAt } from "./select-pods.ts";

// The fields of those kinds that select Pods; of other kinds it is `spec.selector`.
const fields: Record<string, string> = { NetworkPolicy: "podSelector" };
// These have a mapping of labels in place of a selector.
const plain = new Set(["Service", "ReplicationController"]);
const selecting = new Set([
  "/Service",
  "/ReplicationController",
  "apps/Deployment",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "apps/ReplicaSet",
  "batch/Job",
  "policy/PodDisruptionBudget",
  "networking.k8s.io/NetworkPolicy",
  "monitoring.coreos.com/PodMonitor",
]);

/** What an object selects Pods with. */
export interface PodSelector {
  /** As kubectl writes it; empty when it selects all Pods of the namespace. */
  text: string;
  matches: (labels: Record<string, string>) => boolean;
}

/** The selector of an object for Pods; `undefined` when it does not select Pods. */
export function podSelectorOf(object: KubeObject): PodSelector | undefined {
  const { kind, apiVersion, spec } = object;
  if (!selecting.has(`${groupOf(apiVersion)}/${kind}`)) return undefined;
  const field = fields[kind] ?? "selector";
  if ((spec as Record<string, unknown> | undefined)?.[field] === undefined) return undefined;
  const labels = labelsAt(object, "spec", field);
  const selector: Selector | undefined = plain.has(kind)
    ? Object.keys(labels).length === 0
      ? undefined
      : { matchLabels: labels, matchExpressions: [] }
    : selectorAt(object, "spec", field);
  // An empty selector of a Service selects nothing, any other one everything.
  if (selector === undefined) return plain.has(kind) ? undefined : { text: "", matches: () => true };
  return { text: formatSelector(selector), matches: (own) => selects(selector, own) };
}

/** The labels of the Pods that objects are, or have templates for. */
export function podLabelsOf(objects: readonly KubeObject[]): { owner: KubeObject; labels: Record<string, string> }[] {
  return objects.flatMap((owner) => podTemplatesOf(owner).map(({ labels }) => ({ owner, labels })));
}
