import { readChartName, toReleaseName } from "../chart/chart.ts";
import type { Finding } from "../findings/finding.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { currentControlPlane } from "../plane/current.ts";
import { install } from "../release/install-chart.ts";
import type { InstallOptions } from "../release/options.ts";
import { releaseRefs } from "../release/release-objects.ts";
import { waitForPolicies } from "../sharing/policies-in-effect.ts";
import { openReleaseNamespace } from "../sharing/release-namespace.ts";
import { removeHooks } from "../trial/leftovers/remove-hooks.ts";
import { type LiveRelease, secretsOf } from "../trial/live/live-release.ts";
import { readSteadyRelease } from "../trial/live/read-steady-release.ts";
import { staleFields } from "../trial/live/stale-fields.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { checkPreviousVersion, type PreviousVersion } from "./previous-version.ts";
import { installAndUpgrade } from "./upgrade-from.ts";

/** How an upgrade from a previous version came out. */
export interface JudgedUpgrade {
  /** Errors: a refused upgrade, or fields that a fresh installation stores differently. */
  findings: Finding[];
  /** For people: `v1.2.0 (1a2b3c4), version 1.2.0`. */
  from: string;
  namespace: string;
}

/**
 * Upgrades a previous version to the chart, and compares with a fresh installation of the chart in the same namespace. Nothing is
 * left when it resolves or rejects. Rejects as `upgradeFrom` does, unless the upgrade itself fails.
 */
export function judgeUpgradeFrom(
  call: string,
  chart: string,
  previous: PreviousVersion,
  options: InstallOptions,
): Promise<JudgedUpgrade> {
  return trackCall(options?.signal, (signal) => judge(call, chart, previous, withSignal(options, signal)));
}

async function judge(
  call: string,
  chart: string,
  previous: PreviousVersion,
  options: InstallOptions,
): Promise<JudgedUpgrade> {
  checkPreviousVersion(call, previous);
  const plane = options.controlPlane ?? currentControlPlane();
  const releaseName = options.releaseName ?? toReleaseName(await readChartName(chart));
  const { namespace: name, createNamespace: create = name === undefined, signal } = options;
  await using namespace = await openReleaseNamespace(plane, { name, create, prefix: releaseName, signal });
  const named = { ...options, namespace: namespace.name, releaseName, createNamespace: false };
  const fresh = await readFresh(chart, named);
  const { release, refusal, label, oldRelease } = await installAndUpgrade(call, chart, previous, named);
  await using _release = release;
  const from = `${label}, version ${oldRelease.chart.version}`;
  if (refusal !== undefined) return { findings: refusal, from, namespace: namespace.name };
  const upgraded = await readSteadyRelease(plane, release.info, { signal });
  const stale = staleFields({ oldRelease, newRelease: release.info, upgraded, fresh });
  const findings = maskFindings(stale, [...secretsOf(fresh), ...secretsOf(upgraded)]);
  return { findings, from, namespace: namespace.name };
}

// What the users get who install the chart anew.
async function readFresh(chart: string, options: InstallOptions): Promise<LiveRelease> {
  const release = await install(chart, options, { isAlone: false });
  const { controlPlane } = release;
  try {
    return await readSteadyRelease(controlPlane, release.info, { signal: options.signal });
  } finally {
    const refs = await releaseRefs(controlPlane, release.info);
    await release[Symbol.asyncDispose]();
    await removeHooks(controlPlane, [release.info]);
    await waitForPolicies(controlPlane, refs, options.signal);
  }
}
