import type { Finding } from "../../findings/finding.ts";
import type { UpgradeOptions } from "../../release/options.ts";
import type { Release } from "../../release/release.ts";
import { accumulatingHooks } from "../live/hooks-left.ts";
import { judgeSameUpgrade } from "../live/judge-same-upgrade.ts";
import { liveDifferences } from "../live/live-differences.ts";
import { type LiveRelease, secretsOf } from "../live/live-release.ts";
import { readSteadyRelease } from "../live/read-steady-release.ts";
import { tryUpgrade } from "../live/try-upgrade.ts";
import type { TrialState } from "./trial-state.ts";

/** Upgrades to the same chart with the same values: nothing may change. */
export async function upgrade(state: TrialState): Promise<Finding[]> {
  const { release } = state;
  if (release === undefined) throw new Error("the install step must have passed first");
  const older = release.info;
  const before = await readSecretsToo(state, release);
  state.fresh = before;
  const refusal = await upgradeExplained(state, release, before);
  if (refusal !== undefined) return refusal;
  const after = await readSecretsToo(state, release, before);
  const { plane, signal } = state.context;
  const hooks = state.isWithoutHooks ? [] : await accumulatingHooks(plane, { older, newer: release.info }, signal);
  return [...judgeSameUpgrade(liveDifferences(before, after), state.rendered, after.hookSecrets), ...hooks];
}

/** Upgrades to the chart of the trial. Resolves with what is wrong when the API server refuses; rejects when Helm does. */
export async function upgradeExplained(
  state: TrialState,
  release: Release,
  before: LiveRelease,
  how: Pick<UpgradeOptions, "helm" | "serverSide"> = {},
): Promise<Finding[] | undefined> {
  const { values, set, signal } = state.common;
  const options = { values, set, signal, ...state.deployment, ...how };
  const { chartPath } = state.plan;
  return tryUpgrade(release, chartPath, before, () => release.upgrade(chartPath, options));
}

/** The live objects of a release; reports will not show the data of the Secrets among them. */
export async function readSecretsToo(state: TrialState, release: Release, earlier?: LiveRelease): Promise<LiveRelease> {
  const { plane, signal } = state.context;
  const live = await readSteadyRelease(plane, release.info, { earlier, signal });
  state.secrets.push(...secretsOf(live));
  return live;
}
