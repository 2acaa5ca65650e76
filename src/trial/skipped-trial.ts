import type { TrialPlan } from "./plan-trials.ts";
import { skippedStep } from "./step-runner.ts";
import { stepsOf, type TrialResult } from "./trial-result.ts";

/** The result of a trial without a verdict: no step ran, or the trial does not apply. `reason` is that of every step. */
export function skippedTrial(plan: TrialPlan, reason: string, notes: string[] = []): TrialResult {
  return {
    id: plan.id,
    chart: plan.chart,
    case: plan.case,
    ...(plan.kubernetesVersion === undefined ? {} : { kubernetesVersion: plan.kubernetesVersion }),
    namespace: "",
    verdict: "skipped",
    steps: stepsOf(plan).map((name) => skippedStep(name, reason)),
    notes,
    kept: [],
    durationMs: 0,
    waitedMs: 0,
  };
}
