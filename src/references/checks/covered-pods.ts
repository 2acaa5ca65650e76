import type { Dangling } from "../dangling.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { selectorAt, selectPods } from "../select-pods.ts";

/** PodDisruptionBudgets and NetworkPolicies that select no Pods. An empty selector selects all Pods of the namespace. */
export function coveredPods(index: ReferenceIndex): Dangling[] {
  const kinds = [
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", field: "selector", mayBeForeign: false },
    // A policy may protect the Pods of other charts, too.
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", field: "podSelector", mayBeForeign: true },
  ];
  return kinds.flatMap(({ apiVersion, kind, field, mayBeForeign }) =>
    index.ofChart(apiVersion, kind).flatMap((entry) => {
      const selector = selectorAt(entry.object, "spec", field);
      if (selector === undefined) return [];
      return selectPods(index, { entry, field: `spec.${field}`, selector, mayBeForeign }).dangling;
    }),
  );
}
