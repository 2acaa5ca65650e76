import type { HelmHook } from "../helm/types.ts";
import type { TrialContext } from "./trial-context.ts";
import type { StepName } from "./trial-result.ts";

const installing: readonly StepName[] = ["install", "test", "upgrade", "uninstall", "leftovers", "reinstall"];

/** Why a step does not apply to a chart with these hooks on this control plane; `undefined` when it does. */
export function whyAbsent(
  step: StepName,
  { plane, inputs }: Pick<TrialContext, "plane" | "inputs">,
  hooks: readonly HelmHook[],
): string | undefined {
  const { provider, capabilities } = plane;
  if (!capabilities.installs && installing.includes(step)) return `the provider ${provider} may only run dry runs`;
  if (inputs.skip?.includes(step)) return `--skip ${step}`;
  if (step !== "test") return undefined;
  if (capabilities.pods === "none") return "nothing runs Pods";
  return hooks.some(({ events }) => events.includes("test")) ? undefined : "the chart has no tests";
}
