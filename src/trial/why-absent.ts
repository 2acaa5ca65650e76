import type { HelmHook } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import type { StepName } from "./trial-result.ts";

const installing: readonly StepName[] = ["install", "test", "uninstall", "leftovers"];

/** Why a step does not apply to a chart with these hooks on this control plane; `undefined` when it does. */
export function whyAbsent(
  step: StepName,
  { provider, capabilities }: Pick<ControlPlane, "provider" | "capabilities">,
  hooks: readonly HelmHook[],
): string | undefined {
  if (!capabilities.installs && installing.includes(step)) return `the provider ${provider} may only run dry runs`;
  if (step !== "test") return undefined;
  if (capabilities.pods === "none") return "nothing runs Pods";
  return hooks.some(({ events }) => events.includes("test")) ? undefined : "the chart has no tests";
}
