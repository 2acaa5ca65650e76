import type { Finding } from "../../findings/finding.ts";
import { findingsOf } from "../../findings/findings-of.ts";
import type { Release } from "../../release/release.ts";
import { explainImport } from "../live/explain-import.ts";
import { explainRefusal } from "../live/explain-refusal.ts";
import { accumulatingHooks } from "../live/hooks-left.ts";
import { judgeSameUpgrade } from "../live/judge-same-upgrade.ts";
import { liveDifferences } from "../live/live-differences.ts";
import { type LiveRelease, readLiveRelease, secretsOf } from "../live/live-release.ts";
import { waitForAggregation } from "../live/wait-for-aggregation.ts";
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
  return [...judgeSameUpgrade(liveDifferences(before, after), state.rendered), ...hooks];
}

/** Upgrades to the chart of the trial. Resolves with what is wrong when the API server refuses; rejects when Helm does. */
export async function upgradeExplained(
  state: TrialState,
  release: Release,
  before: LiveRelease,
): Promise<Finding[] | undefined> {
  const { values, set, signal } = state.common;
  const oldRelease = release.info;
  try {
    await release.upgrade(state.plan.chartPath, { values, set, signal, ...state.deployment });
    return undefined;
  } catch (error) {
    const findings = findingsOf(error);
    if (findings === undefined) throw error;
    const imports = explainImport(findings, oldRelease);
    if (imports !== undefined) return imports;
    if (release.info === oldRelease) throw error;
    return explainRefusal(findings, { before, oldRelease, newRelease: release.info });
  }
}

/** The live objects of a release; reports will not show the data of the Secrets among them. */
export async function readSecretsToo(state: TrialState, release: Release, earlier?: LiveRelease): Promise<LiveRelease> {
  const { plane, signal } = state.context;
  let live = await readLiveRelease(plane, release.info, earlier);
  if (await waitForAggregation(plane, live.objects.values(), signal)) {
    live = await readLiveRelease(plane, release.info, earlier);
  }
  state.secrets.push(...secretsOf(live));
  return live;
}
