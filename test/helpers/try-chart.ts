import { currentControlPlane } from "seatrial";
import type { Finding } from "../../src/findings/finding.ts";
import type { HelmMajor } from "../../src/helm/types.ts";
import { withHelm } from "../../src/plane/with-helm.ts";
import { planTrials } from "../../src/trial/plan-trials.ts";
import { planFrom } from "../../src/trial/previous/from-plans.ts";
import { runTrial } from "../../src/trial/trial.ts";
import { noInputs, type TrialInputs } from "../../src/trial/trial-inputs.ts";
import type { TrialResult } from "../../src/trial/trial-result.ts";

interface HowToTry {
  timeout?: string;
  isAlone?: boolean;
  /** The previous version, as `--from` names it. */
  from?: string | undefined;
  /** As `--helm`: one of the Helms in the engine, or both. */
  helm?: HelmMajor | "both" | undefined;
  inputs?: Partial<TrialInputs>;
}

/** What `seatrial check` finds out about a chart with its default values, on the current control plane. */
export async function tryChart(
  chart: string,
  { timeout = "30s", isAlone = false, from, helm, inputs = {} }: HowToTry = {},
): Promise<TrialResult> {
  const { plans: own } = await planTrials([chart]);
  const comparing = own.map((plan) => ({ ...plan, isComparing: true }));
  const plans = from === undefined ? own : (await planFrom(comparing, from)).plans;
  const [plan] = plans;
  if (plan === undefined || plans.length > 1) throw new Error(`${chart} has ${plans.length} cases`);
  const plane = await withHelm(currentControlPlane(), helm === "both" ? 4 : helm);
  const context = { plane, isAlone, timeout, inputs: { ...noInputs, ...inputs } };
  return runTrial({ ...plan, comparesHelms: helm === "both" }, context);
}

/** The findings of all steps. */
export function findingsIn({ steps }: TrialResult): Finding[] {
  return steps.flatMap(({ findings }) => findings);
}
