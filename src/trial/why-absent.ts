import { hasCronJobs, hasTests } from "./has-tests.ts";
import type { TrialState } from "./steps/trial-state.ts";
import type { TrialContext } from "./trial-context.ts";
import { type StepName, stepNames } from "./trial-result.ts";

const installing: readonly StepName[] = stepNames.slice(stepNames.indexOf("install"));

/** Why a step does not apply to this chart on this control plane; `undefined` when it does. */
export function whyAbsent(
  step: StepName,
  { plane, inputs }: Pick<TrialContext, "plane" | "inputs">,
  { plan, template }: Pick<TrialState, "plan" | "template">,
): string | undefined {
  const { provider, capabilities } = plane;
  if (!capabilities.installs && installing.includes(step)) return `the provider ${provider} may only run dry runs`;
  if (plan.notInstalled !== undefined && installing.includes(step)) return plan.notInstalled;
  if (inputs.skip?.includes(step)) return inputs.skippedAt?.get(step) ?? `--skip ${step}`;
  if (step === "upgrade-from" && plan.previous === undefined) return "there is no previous version";
  if (step === "rollback" && (plan.previous === undefined || inputs.skip?.includes("upgrade-from") === true))
    return "there is no upgrade from a previous version";
  if (step !== "test") return undefined;
  if (capabilities.pods === "none") return "nothing runs Pods";
  if (template !== undefined && (hasTests(template) || hasCronJobs(template, plane))) return undefined;
  return "the chart has no tests";
}
