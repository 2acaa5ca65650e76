import { SeatrialError } from "../../errors/seatrial-error.ts";
import type { Finding } from "../../findings/finding.ts";
import { findingsOf } from "../../findings/findings-of.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { install as installRelease } from "../../release/install-chart.ts";
import type { Release } from "../../release/release.ts";
import { removeExpiringJobs } from "../leftovers/remove-expiring-jobs.ts";
import { removeHooks } from "../leftovers/remove-hooks.ts";
import { claimsLeft } from "../live/claims-left.ts";
import { crdsDeleted, crdsNotUpgraded, keptDefinitions } from "../live/crds-not-upgraded.ts";
import { abandonedHooks, deletedHooks } from "../live/hooks-left.ts";
import { waitForOnDeletePods } from "../live/on-delete-pods.ts";
import { selectsNoPods } from "../live/selects-no-pods.ts";
import { staleFields } from "../live/stale-fields.ts";
import type { PreviousChart } from "../previous/previous-chart.ts";
import { openPrevious } from "../previous/previous-names.ts";
import { removeReleases } from "./clean-up.ts";
import { forgetPolicies } from "./reinstall.ts";
import type { TrialState } from "./trial-state.ts";
import { readSecretsToo, upgradeExplained } from "./upgrade.ts";

/** Installs the previous version of the chart, and upgrades it to the chart of the trial. */
export async function upgradeFrom(state: TrialState): Promise<Finding[]> {
  const { previous } = state.plan;
  if (previous === undefined) throw new Error("there must be a previous version");
  const digest = state.release?.chart.digest;
  // Its CustomResourceDefinitions, hooks, and what Helm keeps of it would hide what the previous version lacks.
  const revisions = [state.release, ...state.formerReleases].flatMap((release) => release?.info ?? []);
  await removeReleases(state);
  await removeHooks(state.context.plane, revisions, state.before);
  await forgetPolicies(state);
  state.isClean = false;
  const release = await installPrevious(state, previous);
  state.release = release;
  if (state.hasPods) await waitForOnDeletePods(state.context.plane, release.info, state.context.signal);
  const { version, digest: previousDigest } = release.chart;
  state.upgradedFrom = {
    source: previous.source,
    version,
    ...(previousDigest === undefined ? {} : { digest: previousDigest }),
  };
  state.digest = digest;
  if (digest !== undefined && digest === previousDigest) return sameChart(state, previous, digest);
  state.beforeUpgrade = await readSecretsToo(state, release);
  const oldRelease = release.info;
  await removeExpiringJobs(state.context.plane, oldRelease);
  const refusal = await upgradeExplained(state, release, state.beforeUpgrade);
  const definitions = definitionFindings(state, previous, oldRelease);
  if (refusal !== undefined) return [...refusal, ...definitions];
  state.afterUpgrade = await readSecretsToo(state, release);
  return [...definitions, ...(await upgradedFindings(state, oldRelease, release.info))];
}

function definitionFindings(
  { previousCrds, rendered }: TrialState,
  { source }: PreviousChart,
  oldRelease: HelmRelease,
): Finding[] {
  const older = tryReleaseDocuments({ manifest: oldRelease.manifest, hooks: [] }).map(({ object }) => object);
  const deleted = crdsDeleted(older, rendered, source);
  const names = new Set(deleted.map(({ object }) => object?.name));
  const stale =
    previousCrds === undefined ? [] : crdsNotUpgraded(keptDefinitions({ crds: previousCrds }, older), rendered, source);
  return [...deleted, ...stale.filter(({ object }) => !names.has(object?.name))];
}

async function upgradedFindings(state: TrialState, older: HelmRelease, newer: HelmRelease): Promise<Finding[]> {
  const { fresh, afterUpgrade: upgraded, isWithoutHooks, hasPods } = state;
  const { plane, signal } = state.context;
  const stale =
    fresh === undefined || upgraded === undefined
      ? []
      : staleFields({ oldRelease: older, newRelease: newer, upgraded, fresh });
  const revisions = { older, newer };
  const hooks = isWithoutHooks
    ? []
    : [...(await deletedHooks(plane, revisions, signal)), ...(await abandonedHooks(plane, revisions, signal))];
  const unselected = hasPods ? await selectsNoPods(plane, newer, signal) : [];
  return [...claimsLeft(older, newer), ...stale, ...hooks, ...unselected];
}

async function installPrevious(state: TrialState, previous: PreviousChart): Promise<Release> {
  const { isAlone } = state.context;
  const { path } = await openPrevious(state, previous);
  const { releaseName } = state.rendered;
  const options = {
    ...state.inNamespace,
    releaseName,
    values: previous.values,
    ...state.deployment,
    ...state.deployer,
  };
  try {
    return await installRelease(path, options, { isAlone });
  } catch (error) {
    if (!(error instanceof SeatrialError) || findingsOf(error) === undefined) throw error;
    const what = `The upgrade from ${previous.source} was not tried: version ${previous.version} cannot be installed`;
    throw new SeatrialError("SEATRIAL_NOT_CHECKED", `${what}\n  ${error.message.replaceAll("\n", "\n  ")}`, {
      hint: "compare with a version that can be installed, or leave the comparison out with --skip upgrade-from",
      cause: error,
    });
  }
}

function sameChart(state: TrialState, { source, mayBeSame }: PreviousChart, digest: string): Finding[] {
  if (mayBeSame) {
    state.ownNotes.push(`the upgrade from ${source}: Helm reads the same chart there (${digest})`);
    return [];
  }
  throw new SeatrialError(
    "SEATRIAL_NOT_CHECKED",
    `${source} is the chart that is checked: both have the digest ${digest}`,
    {
      hint: "give another version of the chart",
    },
  );
}
