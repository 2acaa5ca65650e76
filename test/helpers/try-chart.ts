import { currentControlPlane } from "seatrial";
import type { Finding } from "../../src/findings/finding.ts";
import { planTrials } from "../../src/trial/plan-trials.ts";
import { runTrial } from "../../src/trial/trial.ts";
import { noInputs } from "../../src/trial/trial-inputs.ts";
import type { TrialResult } from "../../src/trial/trial-result.ts";

/** What `seatrial check` finds out about a chart with its default values, on the current control plane. */
export async function tryChart(chart: string, { timeout = "30s", isAlone = false } = {}): Promise<TrialResult> {
  const { plans } = await planTrials([chart]);
  const [plan] = plans;
  if (plan === undefined || plans.length > 1) throw new Error(`${chart} has ${plans.length} cases`);
  return runTrial(plan, { plane: currentControlPlane(), isAlone, timeout, inputs: noInputs });
}

/** The findings of all steps. */
export function findingsIn({ steps }: TrialResult): Finding[] {
  return steps.flatMap(({ findings }) => findings);
}
