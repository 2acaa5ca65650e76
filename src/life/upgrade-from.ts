import { readChartName, toReleaseName } from "../chart/chart.ts";
import { ClusterError } from "../errors/cluster-error.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { Finding } from "../findings/finding.ts";
import { findingsOf } from "../findings/findings-of.ts";
import { formatFindings } from "../findings/format-finding.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import { currentControlPlane } from "../plane/current.ts";
import { install } from "../release/install-chart.ts";
import { checkCallOptions } from "../release/option-checks.ts";
import type { InstallOptions, UpgradeOptions } from "../release/options.ts";
import type { Release } from "../release/release.ts";
import { removeExpiringJobs } from "../trial/leftovers/remove-expiring-jobs.ts";
import { secretsOf } from "../trial/live/live-release.ts";
import { readSteadyRelease } from "../trial/live/read-steady-release.ts";
import { tryUpgrade } from "../trial/live/try-upgrade.ts";
import { prepareChart } from "../trial/prepare-chart.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import {
  checkPreviousVersion,
  type OpenedVersion,
  openPreviousVersion,
  type PreviousVersion,
} from "./previous-version.ts";

/**
 * Installs the previous version of a chart, upgrades it to the chart, and resolves with the release. The options are those of
 * both: of the installation, with the values of `previous`, and of the upgrade. As with Helm, an upgrade without values keeps
 * those of the previous version. Rejects with a `ChartError` or a `ClusterError` with `findings` when the upgrade fails, with
 * `SEATRIAL_NOT_CHECKED` when the previous version cannot be installed or is the same chart, and with `SEATRIAL_USAGE` when there
 * is no such version; nothing is left then.
 */
export function upgradeFrom(chart: string, previous: PreviousVersion, options: InstallOptions = {}): Promise<Release> {
  return trackCall(options?.signal, async (signal) => {
    const tried = await installAndUpgrade("upgradeFrom", chart, previous, withSignal(options, signal));
    const { release, refusal, cause, label } = tried;
    if (refusal === undefined) return release;
    await release[Symbol.asyncDispose]();
    throw cause instanceof ClusterError ? refused(`Upgrading ${chart} from ${label}`, refusal, release, cause) : cause;
  });
}

/** A release that was upgraded from a previous version, or could not be. */
export interface TriedUpgrade {
  release: Release;
  /** What is wrong, when the API server has refused the upgrade. */
  refusal: Finding[] | undefined;
  /** What the upgrade rejected with. */
  cause: unknown;
  /** The previous version, for people. */
  label: string;
  /** The revision before the upgrade. */
  oldRelease: Release["info"];
}

/** As {@link upgradeFrom}, for a caller who reports a refusal by itself. Nothing is left when it rejects. */
export async function installAndUpgrade(
  call: string,
  chart: string,
  previous: PreviousVersion,
  options: InstallOptions,
): Promise<TriedUpgrade> {
  checkPreviousVersion(call, previous);
  checkCallOptions("installChart", options);
  const plane = options.controlPlane ?? currentControlPlane();
  await using opened = await openPreviousVersion(call, chart, previous);
  await using prepared = await prepareChart(plane, opened.path, opened.label, options.signal);
  const { values: _values, set, setString, setJson, setFile, setLiteral, ...rest } = options;
  const releaseName = options.releaseName ?? toReleaseName(await readChartName(chart));
  const release = await installPrevious(prepared.path, opened, { ...rest, releaseName, values: previous.values });
  try {
    const oldRelease = release.info;
    const before = await readSteadyRelease(plane, release.info, { signal: options.signal });
    await removeExpiringJobs(plane, oldRelease);
    let cause: unknown;
    const upgrade = () =>
      release.upgrade(chart, toUpgrade(options)).catch((error: unknown) => {
        cause = error;
        throw error;
      });
    const refusal = await tryUpgrade(release, chart, before, upgrade);
    rejectSame(opened, oldRelease, release);
    const documents = [oldRelease, release.info].flatMap((info) =>
      tryReleaseDocuments(info).map(({ object }) => object),
    );
    const masked = refusal === undefined ? undefined : maskFindings(refusal, [...secretsOf(before), ...documents]);
    return { release, refusal: masked, cause, label: opened.label, oldRelease };
  } catch (error) {
    await release[Symbol.asyncDispose]();
    throw error;
  }
}

// The rest of the options means the same to both.
function toUpgrade(options: InstallOptions): UpgradeOptions {
  const {
    as: _as,
    namespace,
    releaseName,
    createNamespace,
    serverSide,
    simulate,
    stages,
    controlPlane,
    ...same
  } = options;
  return serverSide === undefined ? same : { ...same, serverSide: serverSide ? "true" : "false" };
}

async function installPrevious(path: string, { label }: OpenedVersion, options: InstallOptions): Promise<Release> {
  try {
    return await install(path, options, { isAlone: false });
  } catch (error) {
    if (!(error instanceof SeatrialError) || findingsOf(error) === undefined) throw error;
    const what = `The upgrade from ${label} was not tried: that version cannot be installed`;
    throw new SeatrialError("SEATRIAL_NOT_CHECKED", `${what}\n  ${error.message.replaceAll("\n", "\n  ")}`, {
      hint: "upgrade from a version that can be installed, or give it other values",
      cause: error,
    });
  }
}

// An upgrade from a chart to itself would show nothing. A file may have changed in git that Helm does not read.
function rejectSame({ label, mayBeSame }: OpenedVersion, oldRelease: Release["info"], release: Release): void {
  const { digest } = release.chart;
  if (mayBeSame || digest === undefined || digest !== oldRelease.chart.digest) return;
  throw new SeatrialError("SEATRIAL_NOT_CHECKED", `${label} is the chart itself: both have the digest ${digest}`, {
    hint: "give another version of the chart",
  });
}

// As the upgrade's own error, with findings that say more.
function refused(what: string, findings: readonly Finding[], release: Release, { code }: ClusterError): ClusterError {
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  const lines = formatFindings(findings, release.hasOwnNamespace ? release.namespace : undefined);
  return new ClusterError(code, [`${what} failed: ${count}`, ...lines].join("\n"), {
    findings: [...findings],
    reason: findings[0]?.reason,
    causes: findings.map(({ field, message, reason }) => ({ field, message, reason })),
  });
}
