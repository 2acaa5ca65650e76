import type { KubeNode } from "../kube/node.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { parseQuantity } from "../kube/quantity.ts";
import { podSpecOf, requestOf, type SelectorRequirement } from "./pod-spec.ts";

/** Which node a Pod needs that none of the nodes is: `a Node with the label disk=ssd and 64 cpu`. */
export function nodeNeeds(pod: KubeObject, nodes: readonly KubeNode[]): string {
  const needs = [...missingLabels(pod, nodes), ...missingResources(pod, nodes)];
  if (needs.length === 0) return "more Nodes, or Nodes whose taints it tolerates";
  return `a Node with ${needs.join(" and ")}`;
}

function missingLabels(pod: KubeObject, nodes: readonly KubeNode[]): string[] {
  const { nodeSelector = {}, affinity } = podSpecOf(pod);
  const has = (key: string, value: string) => nodes.some(({ metadata }) => metadata.labels?.[key] === value);
  const labels = Object.entries(nodeSelector)
    .filter(([key, value]) => !has(key, value))
    .map(([key, value]) => `the label ${key}=${value}`);
  const { nodeSelectorTerms = [] } = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? {};
  const terms = nodeSelectorTerms.map(({ matchExpressions = [] }) => matchExpressions.map(expressionText).join(", "));
  return terms.length === 0 ? labels : [...labels, `labels for which ${terms.join(", or ")}`];
}

function expressionText({ key, operator, values = [] }: SelectorRequirement): string {
  return [key, operator, ...(values.length === 0 ? [] : [`(${values.join(", ")})`])].join(" ");
}

function missingResources(pod: KubeObject, nodes: readonly KubeNode[]): string[] {
  const { containers = [], initContainers = [] } = podSpecOf(pod);
  const requests = [...containers, ...initContainers].map(({ resources }) => resources?.requests ?? {});
  const names = new Set(requests.flatMap((request) => Object.keys(request)));
  return [...names].flatMap((name) => {
    const wanted = requestOf(pod, name);
    const largest = Math.max(0, ...nodes.map(({ status }) => parseQuantity(status?.allocatable?.[name] ?? 0)));
    if (largest >= wanted) return [];
    const given = requests.map((request) => request[name]).filter((value) => value !== undefined);
    return [`${given.length === 1 ? given[0] : wanted} ${name}`];
  });
}
