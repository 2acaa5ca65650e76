import type { Finding } from "../findings/finding.ts";
import type { AllowedFinding } from "../findings/rules/allowance.ts";
import type { PodSecurityResult } from "../trial/policy/judge-pod-security.ts";
import { formatShard, type Shard, type ShardResult } from "../trial/shard/shard.ts";
import type {
  ExpectedFinding,
  KeptObject,
  PlayedStage,
  StepName,
  SuitePlane,
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
  /** Which part of a run this is (`--shard`). Only `index` and `count` are known when it could not start. */
  shard?: Shard & Partial<ShardResult>;
  /** ISO 8601, UTC. */
  startedAt: string;
  durationMs: number;
  /** The control plane that the charts were tried on. `bootMs` is 0 when it was already running. */
  controlPlane: (SuiteVersions & Pick<SuiteResult, "bootMs" | "provider" | "cluster" | "pods" | "controllers">) | null;
  /** With `--kube-versions`: the control plane of each version, oldest first. `controlPlane` is the newest that installed charts. */
  controlPlanes?: SuitePlane[];
  /** Trials by verdict, and findings by severity. */
  counts: VerdictCounts & { errors: number; warnings: number; filteredOut: number };
  /** One entry for each chart and case, in the order of their paths and names, not of their ends. */
  trials: JsonTrial[];
  /** The Stages of `--stages` or of the running control plane, which changed objects in place of their controllers. */
  stages: PlayedStage[];
  /** Plain sentences: what no verdict of this run covers. */
  notTested: string[];
  /** The values of `--allow` that allowed no finding, and entries of a seatrial.yaml, as `CODE=KIND/NAME in FILE:LINE`. */
  unusedAllowances?: string[];
  /** Why the run could not start, or why what was created for the whole run could not be removed. */
  error?: TrialError;
}

/** One chart with one set of values. */
export interface JsonTrial {
  /** `<chart>/<case>`; with `--kube-versions` `<chart>/<case>@<version>`. */
  id: string;
  chart: { name: string; version: string; path: string };
  case: { name: string; values: string[] };
  /** The version of `--kube-version` or `--kube-versions`, such as `1.35`. */
  kubernetesVersion?: string;
  /** The namespace of this trial alone, deleted by now. Empty when it was never created. */
  namespace: string;
  verdict: Verdict;
  durationMs: number;
  /** How long the trial waited for other trials; not a part of any `durationMs` of the trial. */
  waitedMs: number;
  /**
   * Without effect on the verdict of the run: default values that do not render, next to other cases, or a chart whose
   * `kubeVersion` excludes the version.
   */
  isAbsent?: true;
  /** All steps: lint, template, dry-run, install, test, upgrade, uninstall, leftovers, reinstall; with a previous version also upgrade-from and rollback, with both Helms both-helms and helm-upgrade. */
  steps: JsonStep[];
  /** The findings of all steps, in order; each names its step. */
  findings: Finding[];
  /**
   * The findings that `--allow` or a seatrial.yaml allows, in order, each with `allowedBy`, and with `allowedBecause` and
   * `allowedAt` for a seatrial.yaml. They are not among `findings`.
   */
  allowed?: AllowedFinding[];
  /** The errors that the case must have by `mustFail` of a seatrial.yaml, each with `expectedBy`. They are not among `findings`. */
  expected?: ExpectedFinding[];
  /** What was left out of this trial, and why. */
  notes: string[];
  /** Facts about what the chart's roles grant: `reason`, `message`, `object`, `field`, `template`. They are not among `findings`. */
  rights?: NonNullable<TrialResult["rights"]>;
  /** With `--pod-security`: the level that was `asked` for, the strictest `level` that the Pods pass, and what `prevents` the next. */
  podSecurity?: PodSecurityResult;
  /** The previous version that was installed first: `source`, `version`, `digest`. Only with `--since` or `--from`. */
  upgradedFrom?: UpgradedFrom;
  /** The digest of the chart, next to that of `upgradedFrom`. */
  digest?: string;
  /** What stays after the uninstall by design: `Kept` by its resource policy, `VolumeClaimKept` as a StatefulSet's claim. */
  kept: KeptObject[];
}

/** One step of a trial. */
export interface JsonStep {
  name: StepName;
  verdict: Verdict;
  durationMs: number;
  /** How many of the trial's findings are of this step; they have the order of the steps. */
  findingCount: number;
  reason?: string;
  /** The step does not apply to the chart, which has no tests, say. */
  isAbsent?: true;
  error?: TrialError;
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
    ...(suite.shard === undefined ? {} : { shard: suite.shard }),
    startedAt: suite.startedAt,
    durationMs: Math.round(suite.durationMs),
    controlPlane: suite.isUnchanged === true ? null : toJsonPlane(suite),
    ...toJsonPlanes(suite),
    counts: {
      ...suite.counts,
      errors,
      warnings: findings.length - errors,
      filteredOut: suite.filteredOutCount,
    },
    trials: suite.trials.map(toJsonTrial),
    stages: suite.stages,
    notTested: notTested(suite),
    ...(suite.unusedAllowances === undefined ? {} : { unusedAllowances: suite.unusedAllowances }),
    ...toRunError(suite),
  };
}

function toRunError({ cleanUpError, failedShards = [] }: SuiteResult): { error?: TrialError } {
  const [first] = failedShards;
  if (first === undefined) return cleanUpError === undefined ? {} : { error: cleanUpError };
  const message = failedShards.map(({ shard, error }) => `${formatShard(shard)}: ${error.message}`).join("\n");
  return { error: { code: first.error.code, message } };
}

function toJsonPlanes({ controlPlanes }: SuiteResult): Pick<JsonReport, "controlPlanes"> {
  if (controlPlanes === undefined) return {};
  return { controlPlanes: controlPlanes.map((plane) => ({ ...plane, bootMs: Math.round(plane.bootMs) })) };
}

function toJsonPlane(suite: SuiteResult): JsonReport["controlPlane"] {
  return {
    ...suite.versions,
    bootMs: Math.round(suite.bootMs),
    provider: suite.provider,
    ...(suite.cluster === undefined ? {} : { cluster: suite.cluster }),
    pods: suite.pods,
    controllers: suite.controllers,
  };
}

/** How a run ended that could not start. */
export interface FailedRun {
  exitCode: number;
  startedAt: string;
  durationMs: number;
  shard?: Shard | undefined;
}

/** The report of a run that could not start. */
export function toJsonFailure(error: TrialError, { exitCode, startedAt, durationMs, shard }: FailedRun): JsonReport {
  return {
    schemaVersion: 1,
    verdict: "errored",
    exitCode,
    interrupted: false,
    ...(shard === undefined ? {} : { shard }),
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
    ...(trial.kubernetesVersion === undefined ? {} : { kubernetesVersion: trial.kubernetesVersion }),
    namespace: trial.namespace,
    verdict: trial.verdict,
    durationMs: Math.round(trial.durationMs),
    waitedMs: Math.round(trial.waitedMs),
    ...(trial.isAbsent === true ? { isAbsent: true } : {}),
    steps: trial.steps.map(({ name, verdict, durationMs, findings, reason, isAbsent, error }) => ({
      name,
      verdict,
      durationMs: Math.round(durationMs),
      findingCount: findings.length,
      ...(reason === undefined ? {} : { reason }),
      ...(isAbsent === true ? { isAbsent } : {}),
      ...(error === undefined ? {} : { error }),
    })),
    findings: trialFindings(trial),
    ...(trial.allowed === undefined ? {} : { allowed: trial.allowed }),
    ...(trial.expected === undefined ? {} : { expected: trial.expected }),
    notes: trial.notes,
    ...(trial.rights === undefined ? {} : { rights: trial.rights }),
    ...(trial.podSecurity === undefined ? {} : { podSecurity: trial.podSecurity }),
    ...(trial.upgradedFrom === undefined ? {} : { upgradedFrom: trial.upgradedFrom }),
    ...(trial.digest === undefined ? {} : { digest: trial.digest }),
    kept: trial.kept,
  };
}
