import type { Finding } from "../../findings/finding.ts";
import { install } from "./install.ts";
import type { TrialState } from "./trial-state.ts";
import { uninstall } from "./uninstall.ts";

/** Installs the chart once more, after the uninstall, and uninstalls it. */
export async function reinstall(state: TrialState): Promise<Finding[]> {
  const { isClean } = state;
  if (state.release !== undefined) state.formerReleases.push(state.release);
  state.release = undefined;
  state.isClean = false;
  const findings = await install(state);
  await uninstall(state);
  state.isClean = isClean;
  return findings;
}
