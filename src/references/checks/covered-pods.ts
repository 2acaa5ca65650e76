import type { Dangling } from "../dangling.ts";
import { listAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { selectorAt, selectPods } from "../select-pods.ts";

const directions = [
  ["ingress", "from"],
  ["egress", "to"],
] as const;

/** PodDisruptionBudgets and NetworkPolicies that select no Pods. An empty selector selects all Pods of the namespace. */
export function coveredPods(index: ReferenceIndex): Dangling[] {
  const kinds = [
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", field: "selector", mayBeForeign: false },
    // A policy may protect the Pods of other charts, too.
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", field: "podSelector", mayBeForeign: true },
  ];
  const covered = kinds.flatMap(({ apiVersion, kind, field, mayBeForeign }) =>
    index.ofChart(apiVersion, kind).flatMap((entry) => {
      const selector = selectorAt(entry.object, "spec", field);
      if (selector === undefined) return [];
      return selectPods(index, { entry, field: `spec.${field}`, selector, mayBeForeign }).dangling;
    }),
  );
  return [...covered, ...peers(index)];
}

// Peers are often the Pods of other charts: only a label that is misspelt shows that they are not.
function peers(index: ReferenceIndex): Dangling[] {
  return index.ofChart("networking.k8s.io/v1", "NetworkPolicy").flatMap((entry) =>
    directions.flatMap(([direction, list]) =>
      listAt(entry.object, "spec", direction).flatMap((rule, at) =>
        listAt(rule, list).flatMap((peer, peerAt) => {
          const selector = selectorAt(peer, "podSelector");
          if (selector === undefined || peer.namespaceSelector !== undefined) return [];
          const field = `spec.${direction}[${at}].${list}[${peerAt}].podSelector`;
          const { dangling } = selectPods(index, { entry, field, selector, mayBeForeign: true });
          return dangling.filter(({ severity }) => severity === "error");
        }),
      ),
    ),
  );
}
