import type { TrialPlan } from "../plan-trials.ts";
import { skippedTrial } from "../skipped-trial.ts";
import type { TrialResult } from "../trial-result.ts";

/** Why a chart is left out on the version that was asked for: its `kubeVersion` excludes it. */
export function whyExcluded({ kubernetesVersion }: TrialPlan, range: string): string {
  return `its kubeVersion "${range}" excludes Kubernetes ${kubernetesVersion}`;
}

/** The result of a case that is left out on a version of Kubernetes. */
export function excludedTrial(plan: TrialPlan, reason: string): TrialResult {
  return { ...skippedTrial(plan, reason, plan.notes), isAbsent: true };
}
