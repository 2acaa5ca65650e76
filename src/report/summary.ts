import { toMinorVersion } from "../plane/kubernetes-version.ts";
import { formatShard } from "../trial/shard/shard.ts";
import type { SuiteResult, SuiteVersions } from "../trial/trial-result.ts";
import { trialFindings } from "../trial/trial-result.ts";
import { formatDuration } from "../util/duration.ts";
import { toPrintable, toPrintableLine, toPrintableResult } from "../util/text/printable.ts";
import { renderAllowed } from "./findings/allowed.ts";
import { renderExpected } from "./findings/expected.ts";
import { renderKept } from "./findings/kept.ts";
import { renderGrantedRights } from "./granted-rights.ts";
import { renderPodSecurity } from "./pod-security.ts";
import type { Style } from "./style.ts";
import { wrapTo } from "./text-width.ts";
import { renderUpgradedFrom } from "./upgraded-from.ts";

const notRun: Record<SuiteResult["pods"], string[]> = {
  simulated: ["containers (simulated; no image was pulled, nothing ran)"],
  none: ["containers (not run; the control plane has no nodes, so Pods stay Pending)"],
  real: [],
};

/** The last lines of a report: what was not tested, counts and times. */
export function renderSummary(suite: SuiteResult, style: Style, width: number): string[] {
  const notes = notTested(suite).flatMap((line) => {
    const lines = wrapTo(`Not tested: ${toPrintableLine(line)}`, width - 2);
    return lines.map((text, index) => (index === 0 ? text : `  ${text}`));
  });
  const { cleanUpError, failedShards = [], trials, unusedAllowances = [] } = suite;
  const failure = [
    ...(cleanUpError === undefined ? [] : [`Cleaning up after the run failed: ${cleanUpError.message}`]),
    ...failedShards.map(({ shard, error }) => `${formatShard(shard)}: ${error.message}`),
  ];
  const errors = failure.flatMap((line) => wrapTo(toPrintable(line), width)).map(style.bad);
  const kept = renderKept(toPrintableResult(suite.trials), style, width);
  const upgraded = renderUpgradedFrom(toPrintableResult(suite.trials), style, width);
  const expected = renderExpected(toPrintableResult(trials), style, width);
  const allowed = renderAllowed(toPrintableResult({ trials, unusedAllowances }), style, width);
  const podSecurity = renderPodSecurity(toPrintableResult(suite.trials), style, width);
  const rights = renderGrantedRights(toPrintableResult(suite.trials), style, width);
  return [
    ...podSecurity,
    ...rights,
    ...upgraded,
    ...kept,
    ...expected,
    ...allowed,
    ...notes.map(style.dim),
    ...errors,
    ...wrapTo(summaryLine(suite, style), width),
  ];
}

/** What no verdict of this run covers, one plain sentence each. */
export function notTested(suite: SuiteResult): string[] {
  const installed = suite.trials.filter((trial) =>
    trial.steps.some((step) => step.name === "install" && step.verdict !== "skipped"),
  );
  const lines = emulatedOnes(suite);
  if (installed.length > 0) {
    lines.push(...notRunOn(suite), ...playedStages(suite.stages));
  }
  const absent = suite.trials
    .filter(({ expected }) => expected === undefined)
    .flatMap(({ steps }) => steps)
    .find(({ name, isAbsent }) => name === "install" && isAbsent);
  if (absent !== undefined) lines.push(`installation, tests and uninstallation (not run; ${absent.reason})`);
  lines.push(...suite.notes);
  const notes = new Map<string, number>();
  for (const note of suite.trials.flatMap((trial) => trial.notes)) {
    notes.set(note, (notes.get(note) ?? 0) + 1);
  }
  for (const [note, count] of notes) {
    lines.push(`${note} (${count} of ${plural(suite.trials.length, "case")})`);
  }
  return lines;
}

function emulatedOnes({ versions, controlPlanes }: SuiteResult): string[] {
  const planes: readonly SuiteVersions[] = controlPlanes ?? [versions];
  const emulated = planes.filter(({ emulatedBy }) => emulatedBy !== undefined);
  if (emulated.length === 0) return [];
  const names = emulated.map(({ kubernetes }) => toMinorVersion(kubernetes)).join(", ");
  return [`the programs of Kubernetes ${names} (${emulated[0]?.emulatedBy} emulates their APIs and feature gates)`];
}

function notRunOn({ provider, pods, controllers }: SuiteResult): string[] {
  if (controllers) return notRun[pods];
  return [`controllers and containers (not run; the provider ${provider} has neither, so no object becomes ready)`];
}

// An object may have been ready only because a Stage said so, and the user wants to know whether each Stage was used.
function playedStages(stages: SuiteResult["stages"]): string[] {
  return stages.flatMap(({ name, file, apiVersion, kind, plays, problems }) => {
    const stage = `Stage ${name}${file === undefined ? "" : ` (${file})`}`;
    const used =
      plays === 0
        ? `${stage} was not used: it selected no ${kind} of ${apiVersion}`
        : `the controller of ${kind} of ${apiVersion}: ${stage} was played in its place, ${plural(plays, "time")}`;
    return [used, ...problems.map((problem) => `a Stage failed: ${problem}`)];
  });
}

function summaryLine(suite: SuiteResult, style: Style): string {
  if (suite.isUnchanged === true) return "Nothing to check: no chart has changed";
  const { counts, trials, shard } = suite;
  const charts = new Set(trials.map((trial) => trial.chart.path)).size;
  const findings = trials.flatMap(trialFindings);
  const warnings = findings.filter((finding) => finding.severity === "warning").length;
  const errors = findings.length - warnings;
  const parts = [
    ...(shard === undefined ? [] : [`${formatShard(shard)} of ${plural(shard.caseCount, "case")}`]),
    `${plural(charts, "chart")}, ${plural(trials.length, "case")}`,
    `${counts.passed} passed`,
    counts.failed > 0 ? style.bad(`${counts.failed} failed`) : "0 failed",
    ...(counts.errored > 0 ? [style.bad(`${counts.errored} could not be checked`)] : []),
    ...(counts.skipped > 0 ? [style.warn(`${counts.skipped} skipped`)] : []),
    ...(suite.filteredOutCount > 0 ? [`${suite.filteredOutCount} filtered out`] : []),
  ];
  const word = { passed: style.good, failed: style.bad, errored: style.bad, skipped: style.warn }[suite.verdict];
  const verdict = suite.interrupted ? style.warn("interrupted") : word(suite.verdict);
  const boot = suite.bootMs > 0 ? `, control plane ${formatDuration(suite.bootMs)}` : "";
  return (
    `${verdict}: ${parts.join(" · ")} · ${plural(errors, "error")}, ${plural(warnings, "warning")} · ` +
    `${formatDuration(suite.durationMs)}${boot} · Kubernetes ${kubernetesOf(suite)}, Helm ${suite.versions.helm}`
  );
}

function kubernetesOf({ versions, controlPlanes }: SuiteResult): string {
  if (controlPlanes === undefined) return versions.kubernetes;
  return controlPlanes.map(nameOf).join(", ");
}

// An emulated version has no patch.
function nameOf({ kubernetes, emulatedBy }: SuiteVersions): string {
  return emulatedBy === undefined ? kubernetes.replace(/^v/, "") : toMinorVersion(kubernetes);
}

/** `1 case`, `2 cases`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
