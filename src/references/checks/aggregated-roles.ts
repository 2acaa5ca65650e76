import { selects } from "../../readiness/pod-spec.ts";
import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { misspeltLabel } from "../misspelt-label.ts";
import { labelsAt, listAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { formatSelector, selectorAt } from "../select-pods.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

/** ClusterRoles that aggregate no other ClusterRole, and therefore grant nothing. */
export function aggregatedRoles(index: ReferenceIndex): Dangling[] {
  return index.ofChart(RBAC, "ClusterRole").flatMap((entry) => emptyRole(index, entry));
}

function emptyRole(index: ReferenceIndex, entry: ChartEntry): Dangling[] {
  const path = ["aggregationRule", "clusterRoleSelectors"];
  const selectors = listAt(entry.object, ...path).map((selector) => selectorAt({ selector }, "selector"));
  const others = index.all("ClusterRole").filter(({ name }) => name !== entry.name);
  const labelsOf = (entries: typeof others) => entries.map(({ object }) => labelsAt(object, "metadata", "labels"));
  // An empty selector selects every role.
  const isFilled = selectors.some(
    (selector) => selector === undefined || labelsOf(others).some((labels) => selects(selector, labels)),
  );
  if (selectors.length === 0 || isFilled) return [];
  const own = labelsOf(others.filter(({ item }) => item !== undefined));
  return selectors.flatMap((selector, at) => {
    if (selector === undefined) return [];
    const meant = misspeltLabel(selector.matchLabels, own);
    return [
      {
        entry,
        field: `${path.join(".")}[${at}]`,
        reason: "SelectsNoRoles",
        // Other charts may bring the roles.
        severity: meant === undefined ? "warning" : "error",
        message: `it grants nothing: no ClusterRole has the labels ${formatSelector(selector)}`,
        hint:
          meant === undefined
            ? "label a ClusterRole of the chart so. If another chart has it, pass it: check --given <file>"
            : `a ClusterRole of the chart has the label ${meant}`,
        lookups: [{ apiVersion: RBAC, kind: "ClusterRole" }],
      },
    ];
  });
}
