import { availableParallelism } from "node:os";
import type { TrialPlan } from "../trial/plan-trials.ts";
import type { Verdict } from "../trial/verdict.ts";
import { mapLimit } from "../util/map-limit.ts";
import { chartValues, type ValuesHow } from "./chart-values.ts";
import type { ValuesResult } from "./values-result.ts";

/** Judges the values of all charts, side by side. Rejects with `SEATRIAL_CANCELLED`, and when the engine has ended. */
export async function judgeValues(
  plans: readonly TrialPlan[],
  how: ValuesHow,
  startedMs: number,
): Promise<ValuesResult> {
  const perChart = [...Map.groupBy(plans, ({ chartPath }) => chartPath).values()];
  const charts = await mapLimit(perChart, availableParallelism(), (cases) => chartValues(cases, how));
  const notes = [...new Set(plans.flatMap((plan) => plan.notes))];
  const verdict = worstVerdict(charts.map((chart) => chart.verdict));
  return { verdict, charts, notes, durationMs: performance.now() - startedMs };
}

/** `errored` outweighs `failed`, which outweighs the others; a run of libraries alone has passed. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  const order = ["errored", "failed"] as const;
  return order.find((verdict) => verdicts.includes(verdict)) ?? "passed";
}
