import type { Finding } from "../findings/finding.ts";
import type {
  KeptObject,
  PlayedStage,
  SuiteResult,
  SuiteVersions,
  TrialError,
  TrialResult,
  UpgradedFrom,
} from "../trial/trial-result.ts";
import { trialFindings } from "../trial/trial-result.ts";
import type { Verdict, VerdictCounts } from "../trial/verdict.ts";
import { notTested } from "./summary.ts";

/**
 * What `seatrial check --json` prints, the only thing on stdout. Within one `schemaVersion` fields are added, never
 * renamed, removed or given another meaning. Durations are whole milliseconds.
 *
 * When the run could not start (bad usage, no engine) `trials` is empty, `controlPlane` is null and `error` says why;
 * `verdict` is then `errored`.
 */
export interface JsonReport {
  schemaVersion: 1;
  /** The most severe verdict of all trials, in the order `errored`, `failed`, `skipped`, `passed`. */
  verdict: Verdict;
  /** The exit code of the process: 0 passed, 1 a chart failed, 2 usage, 3 could not check, 130 interrupted. */
  exitCode: number;
  interrupted: boolean;
  /** ISO 8601, UTC. */
  startedAt: string;
  durationMs: number;
  /** The control plane that the charts were tried on. `bootMs` is 0 when it was already running. */
  controlPlane: (SuiteVersions & Pick<SuiteResult, "bootMs" | "provider" | "cluster" | "pods">) | null;
  /** Trials by verdict, and findings by severity. */
  counts: VerdictCounts & { errors: number; warnings: number; filteredOut: number };
  /** One entry for each chart and case, in the order of their paths and names, not of their ends. */
  trials: JsonTrial[];
  /** The Stages of `--stages` or of the running control plane, which changed objects in place of their controllers. */
  stages: PlayedStage[];
  /** Plain sentences: what no verdict of this run covers. */
  notTested: string[];
  /** Why the run could not start, or why what was created for the whole run could not be removed. */
  error?: TrialError;
}

/** One chart with one set of values. */
export interface JsonTrial {
  /** `<chart>/<case>`. */
  id: string;
  chart: { name: string; version: string; path: string };
  case: { name: string; values: string[] };
  /** The namespace of this trial alone, deleted by now. Empty when it was never created. */
  namespace: string;
  verdict: Verdict;
  durationMs: number;
  /** How long the trial waited for other trials; not a part of any `durationMs` of the trial. */
  waitedMs: number;
  /** All steps: lint, template, dry-run, install, test, upgrade, uninstall, leftovers, reinstall; with a previous version also upgrade-from and rollback. */
  steps: { name: string; verdict: Verdict; durationMs: number; reason?: string; error?: TrialError }[];
  /** The findings of all steps, in order; each names its step. */
  findings: Finding[];
  /** What was left out of this trial, and why. */
  notes: string[];
  /** The previous version that was installed first: `source`, `version`, `digest`. Only with `--since` or `--from`. */
  upgradedFrom?: UpgradedFrom;
  /** The digest of the chart, next to that of `upgradedFrom`. */
  digest?: string;
  /** What stays after the uninstall by design: `Kept` by its resource policy, `VolumeClaimKept` as a StatefulSet's claim. */
  kept: KeptObject[];
}

/** The report of a run as a plain object. */
export function toJsonReport(suite: SuiteResult, exitCode: number): JsonReport {
  const findings = suite.trials.flatMap(trialFindings);
  const errors = findings.filter((finding) => finding.severity === "error").length;
  return {
    schemaVersion: 1,
    verdict: suite.verdict,
    exitCode,
    interrupted: suite.interrupted,
    startedAt: suite.startedAt,
    durationMs: Math.round(suite.durationMs),
    controlPlane: suite.isUnchanged === true ? null : toJsonPlane(suite),
    counts: {
      ...suite.counts,
      errors,
      warnings: findings.length - errors,
      filteredOut: suite.filteredOutCount,
    },
    trials: suite.trials.map(toJsonTrial),
    stages: suite.stages,
    notTested: notTested(suite),
    ...(suite.cleanUpError === undefined ? {} : { error: suite.cleanUpError }),
  };
}

function toJsonPlane(suite: SuiteResult): JsonReport["controlPlane"] {
  return {
    ...suite.versions,
    bootMs: Math.round(suite.bootMs),
    provider: suite.provider,
    ...(suite.cluster === undefined ? {} : { cluster: suite.cluster }),
    pods: suite.pods,
  };
}

/** The report of a run that could not start. */
export function toJsonFailure(error: TrialError, exitCode: number, startedAt: string, durationMs: number): JsonReport {
  return {
    schemaVersion: 1,
    verdict: "errored",
    exitCode,
    interrupted: false,
    startedAt,
    durationMs: Math.round(durationMs),
    controlPlane: null,
    counts: { passed: 0, failed: 0, errored: 0, skipped: 0, errors: 0, warnings: 0, filteredOut: 0 },
    trials: [],
    stages: [],
    notTested: [],
    error,
  };
}

function toJsonTrial(trial: TrialResult): JsonTrial {
  return {
    id: trial.id,
    chart: trial.chart,
    case: trial.case,
    namespace: trial.namespace,
    verdict: trial.verdict,
    durationMs: Math.round(trial.durationMs),
    waitedMs: Math.round(trial.waitedMs),
    steps: trial.steps.map(({ name, verdict, durationMs, reason, error }) => ({
      name,
      verdict,
      durationMs: Math.round(durationMs),
      ...(reason === undefined ? {} : { reason }),
      ...(error === undefined ? {} : { error }),
    })),
    findings: trialFindings(trial),
    notes: trial.notes,
    ...(trial.upgradedFrom === undefined ? {} : { upgradedFrom: trial.upgradedFrom }),
    ...(trial.digest === undefined ? {} : { digest: trial.digest }),
    kept: trial.kept,
  };
}
