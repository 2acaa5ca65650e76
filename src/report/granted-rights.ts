import type { TrialResult } from "../trial/trial-result.ts";
import type { Style } from "./style.ts";
import { wrapTo } from "./text-width.ts";

const MAX_RIGHTS = 2;

/** One line for each chart whose roles grant rights that a reader wants to know. Nothing is wrong with them. */
export function renderGrantedRights(trials: readonly TrialResult[], style: Style, width: number): string[] {
  const charts = Map.groupBy(trials, ({ chart }) => chart.path);
  return [...charts.values()].flatMap((ofChart) => {
    const rights = ofChart.flatMap((trial) => trial.rights ?? []);
    const texts = [
      ...new Set(rights.map(({ object, message, reason }) => `${object.kind} ${object.name} ${message} (${reason})`)),
    ];
    if (texts.length === 0) return [];
    const more = texts.length > MAX_RIGHTS ? `; and ${texts.length - MAX_RIGHTS} more (see --json)` : "";
    return wrapTo(`Rights: ${ofChart[0]?.chart.name}: ${texts.slice(0, MAX_RIGHTS).join("; ")}${more}`, width).map(
      style.dim,
    );
  });
}
