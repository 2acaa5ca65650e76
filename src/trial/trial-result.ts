import type { Finding } from "../findings/finding.ts";
import type { AllowedFinding } from "../findings/rules/allowance.ts";
import type { ObjectRef } from "../kube/object-ref.ts";
import type { ControlPlaneCapabilities } from "../plane/control-plane-data.ts";
import type { GrantedRight } from "../rbac/granted-right.ts";
import type { KeptReason } from "./leftovers/judge-leftover.ts";
import type { PodSecurityResult } from "./policy/judge-pod-security.ts";
import type { Shard, ShardResult } from "./shard/shard.ts";
import type { Verdict, VerdictCounts } from "./verdict.ts";

/** The steps of a trial, in the order in which they run. */
export const stepNames = [
  "lint",
  "template",
  "both-helms",
  "dry-run",
  "install",
  "test",
  "upgrade",
  "uninstall",
  "leftovers",
  "reinstall",
  "upgrade-from",
  "rollback",
  "helm-upgrade",
] as const;
/** One step of a trial. */
export type StepName = (typeof stepNames)[number];

// Only a run that compares with a previous version has them.
const comparingSteps: readonly StepName[] = ["upgrade-from", "rollback"];

// Only a run with both Helms has them.
const helmSteps: readonly StepName[] = ["both-helms", "helm-upgrade"];

/** What a run does besides trying charts: its trials have more steps then. */
export interface Comparisons {
  /** It compares with previous versions. @default false */
  isComparing?: boolean | undefined;
  /** It compares Helm 3 with Helm 4. @default false */
  comparesHelms?: boolean | undefined;
}

/** The steps of a trial. */
export function stepsOf({ isComparing = false, comparesHelms = false }: Comparisons): readonly StepName[] {
  return stepNames.filter(
    (name) => (isComparing || !comparingSteps.includes(name)) && (comparesHelms || !helmSteps.includes(name)),
  );
}

/** Why something could not be checked: an exception without its stack. */
export interface TrialError {
  /** One of the codes in docs/errors.md, or `SEATRIAL_INTERNAL` for any other error. */
  code: string;
  message: string;
}

/** The result of one step of a trial. */
export interface StepResult {
  name: StepName;
  verdict: Verdict;
  /** How long the step took, in milliseconds, without the time that it waited for other trials; 0 when it did not run. */
  durationMs: number;
  /** What is wrong with the chart (`error`) or questionable (`warning`). Only errors fail the step. */
  findings: Finding[];
  /** Why the step did not run; set exactly when the verdict is `skipped`. */
  reason?: string;
  /** The step does not apply to the chart, which has no tests, say: the step is skipped, and the trial may still pass. */
  isAbsent?: boolean;
  /** Why the step could not be checked; set exactly when the verdict is `errored`. */
  error?: TrialError;
}

/** The chart that a trial tests. */
export interface TrialChart {
  /** The name in Chart.yaml, or the directory's name when that cannot be read. */
  name: string;
  /** The version in Chart.yaml; empty when that cannot be read. */
  version: string;
  /** Relative to the working directory when the chart is below it, else absolute. */
  path: string;
}

/** The set of values that a trial tests its chart with. */
export interface TrialCase {
  /** `default` for the chart's own values, else the path of the values file in the chart (`ci/ha-values.yaml`). */
  name: string;
  /** Values files, later ones win; empty for the chart's own values. */
  values: string[];
}

/** An object that stays after the uninstall by design. */
export interface KeptObject {
  object: ObjectRef;
  reason: KeptReason;
}

/** An error that the case must have, and where that is written. */
export interface ExpectedFinding extends Finding {
  /** `Invalid of Service/web` */
  expectedBy: string;
  /** The line of a seatrial.yaml: `ci/seatrial.yaml:12`. */
  expectedAt: string;
  /** Why the case must fail. */
  expectedBecause?: string;
}

/** The version that a trial has upgraded from. */
export interface UpgradedFrom {
  /** `main (merge base 1a2b3c4)`, or the path of the previous version. */
  source: string;
  version: string;
  /** Differs between different charts. */
  digest?: string;
}

/** One chart with one set of values, tried on one control plane. */
export interface TrialResult {
  /** `<chart>/<case>`, with several versions of Kubernetes `<chart>/<case>@<version>`: unique in a suite. */
  id: string;
  chart: TrialChart;
  case: TrialCase;
  /** The namespace of the trial; empty when it was never created. */
  namespace: string;
  verdict: Verdict;
  /** The version of Kubernetes that was asked for, such as `1.35`. @default none was asked for */
  kubernetesVersion?: string;
  /**
   * Left out, without effect on the verdict of the run: default values that do not render, next to other cases, or a chart whose
   * `kubeVersion` excludes the version that was asked for.
   */
  isAbsent?: boolean;
  /** All steps, in order, also the steps that did not run. */
  steps: StepResult[];
  /** What this trial left out and why, for people. */
  notes: string[];
  /** Findings that the user allows; they are not among the findings of the steps. */
  allowed?: AllowedFinding[];
  /** What the chart's roles grant that a reader wants to know; absent without any. */
  rights?: (GrantedRight & { template?: string })[];
  /** The strictest Pod Security level that the Pods pass; only when a level is asked for. */
  podSecurity?: PodSecurityResult;
  /** Errors that the case must have; they are not among the findings of the steps. */
  expected?: ExpectedFinding[];
  /** Which version the step upgrade-from has installed first. */
  upgradedFrom?: UpgradedFrom;
  /** The digest of the chart, next to that of the previous version. */
  digest?: string;
  /** What stays after the uninstall by design; users have to remove it. */
  kept: KeptObject[];
  /** How long its steps took, in milliseconds. */
  durationMs: number;
  /** How long it waited for other trials, in milliseconds; not a part of `durationMs`. */
  waitedMs: number;
}

/** The versions of the control plane that the charts were tried on. */
export interface SuiteVersions {
  kubernetes: string;
  /** The version of the API server that emulates `kubernetes`; absent when none is emulated. */
  emulatedBy?: string | undefined;
  helm: string;
  etcd: string;
  engine: string;
}

/** One of the control planes of a run on several versions of Kubernetes. */
export interface SuitePlane extends SuiteVersions {
  /** How long its start took, in milliseconds. */
  bootMs: number;
  /** Whether charts were installed on it. */
  installs: boolean;
}

/** A Stage that was in effect: it changed objects as a controller would. */
export interface PlayedStage {
  name: string;
  /** The file that it was read from. */
  file?: string;
  /** `apiVersion` and `kind` of the objects that it applies to. */
  apiVersion: string;
  kind: string;
  /** How often it was played during the run. */
  plays: number;
  /** What went wrong with it during the run. */
  problems: string[];
}

/** The result of a whole run. */
export interface SuiteResult {
  verdict: Verdict;
  trials: TrialResult[];
  counts: VerdictCounts;
  /** The number of trials that `--filter` left out. */
  filteredOutCount: number;
  /** What the run left out and why, besides the notes of its trials. */
  notes: string[];
  /** Allowances that allowed no finding, as the user wrote them. */
  unusedAllowances?: string[];
  /** Why what was created for the whole run could not be removed: says nothing about the charts. */
  cleanUpError?: TrialError | undefined;
  /** Which part of a run this is, if the run is divided. */
  shard?: ShardResult | undefined;
  /** Of a run that was put together from shards: the shards that could not start, or not clean up. */
  failedShards?: { shard: Shard; error: TrialError }[] | undefined;
  /** No chart has changed since the commit of `--since`: nothing was tried. */
  isUnchanged?: boolean;
  /** The run was interrupted: steps that had not ended by then are `skipped`. */
  interrupted: boolean;
  startedAt: string;
  /** The whole run in milliseconds, including the start of the control plane. */
  durationMs: number;
  /** How long the start of the control plane took, in milliseconds; 0 when a running one was used. */
  bootMs: number;
  versions: SuiteVersions;
  /** With several versions of Kubernetes: all control planes, oldest version first. */
  controlPlanes?: SuitePlane[];
  /** Where the control plane comes from: `engine`, or the name of another provider. */
  provider: string;
  /** Which cluster it is, when seatrial has not started it: `<context> at <address>`. */
  cluster?: string | undefined;
  /** Whether anything runs Pods. */
  pods: ControlPlaneCapabilities["pods"];
  /** Whether controllers run. */
  controllers: boolean;
  /** The Stages that were in effect for all namespaces. */
  stages: PlayedStage[];
}

/** The findings of all steps, in order. */
export function trialFindings(trial: TrialResult): Finding[] {
  return trial.steps.flatMap((step) => step.findings);
}

/** Whether any of its steps ran; a trial that never started has no reason of its own. */
export function isStarted(trial: TrialResult): boolean {
  return trial.isAbsent === true || trial.steps.some((step) => step.verdict !== "skipped");
}
