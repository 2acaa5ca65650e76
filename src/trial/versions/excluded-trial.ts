import type { TrialPlan } from "../plan-trials.ts";
import { skippedTrial } from "../skipped-trial.ts";
import type { TrialResult } from "../trial-result.ts";

/** The result of a chart whose `kubeVersion` excludes the version that was asked for: it is left out there. */
export function excludedTrial(plan: TrialPlan, range: string): TrialResult {
  const reason = `its kubeVersion "${range}" excludes Kubernetes ${plan.kubernetesVersion}`;
  return { ...skippedTrial(plan, reason, plan.notes), isAbsent: true };
}
