import type { Finding } from "../../findings/finding.ts";
import { waitForPolicies } from "../../sharing/policies-in-effect.ts";
import { install } from "./install.ts";
import type { TrialState } from "./trial-state.ts";
import { uninstall } from "./uninstall.ts";

/** Resolves when admission no longer enforces the policies and webhooks that the trial has removed. */
export async function forgetPolicies({ context, outside }: TrialState): Promise<void> {
  if (outside.isExclusive) await waitForPolicies(context.plane, outside.refs, context.signal);
}

/** Installs the chart once more, after the uninstall, and uninstalls it. */
export async function reinstall(state: TrialState): Promise<Finding[]> {
  const { isClean } = state;
  if (state.release !== undefined) state.formerReleases.push(state.release);
  state.release = undefined;
  state.isClean = false;
  await forgetPolicies(state);
  const findings = await install(state);
  await uninstall(state);
  state.isClean = isClean;
  return findings;
}
