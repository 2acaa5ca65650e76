import type { KeptObject, TrialResult } from "../../trial/trial-result.ts";
import type { Style } from "../style.ts";
import { wrapTo } from "../text-width.ts";

const MAX_NAMES = 3;

const rules: Record<KeptObject["reason"], string> = {
  Kept: "helm.sh/resource-policy: keep",
  VolumeClaimKept: "claims of StatefulSets",
};

/** One line for each chart whose releases leave objects by design. Nothing is wrong with them. */
export function renderKept(trials: readonly TrialResult[], style: Style, width: number): string[] {
  const charts = Map.groupBy(trials, ({ chart }) => chart.path);
  return [...charts.values()].flatMap((ofChart) => {
    const kept = ofChart.flatMap((trial) => trial.kept);
    if (kept.length === 0) return [];
    const byRule = [...Map.groupBy(kept, ({ reason }) => reason)].sort(([one], [other]) => one.localeCompare(other));
    const parts = byRule.map(([reason, objects]) => `${namesOf(objects)} (${rules[reason]})`);
    return wrapTo(`Kept by design: ${ofChart[0]?.chart.name}: ${parts.join(", ")}`, width).map(style.dim);
  });
}

// The same object in each case of a chart is one.
function namesOf(objects: readonly KeptObject[]): string {
  const names = [...new Set(objects.map(({ object }) => `${object.kind} ${object.name}`))].sort();
  if (names.length <= MAX_NAMES) return names.join(", ");
  return `${names.slice(0, MAX_NAMES).join(", ")} and ${names.length - MAX_NAMES} more`;
}
