import type { Finding } from "../findings/finding.ts";
import type { ControlPlaneCapabilities } from "../plane/control-plane-data.ts";
import type { Verdict, VerdictCounts } from "./verdict.ts";

/** The steps of a trial, in the order in which they run. */
export const stepNames = ["lint", "template", "dry-run", "install", "test", "uninstall", "leftovers"] as const;
/** One step of a trial. */
export type StepName = (typeof stepNames)[number];

/** Why something could not be checked: an exception, told without its stack. */
export interface TrialError {
  /** One of the codes in docs/errors.md, or `SEATRIAL_INTERNAL` for an error that is not one of ours. */
  code: string;
  message: string;
}

/** What one step of a trial came to. */
export interface StepResult {
  name: StepName;
  verdict: Verdict;
  /** How long the step took, in milliseconds; 0 when it was not run. */
  durationMs: number;
  /** What is wrong with the chart (`error`) or questionable (`warning`). Only errors fail the step. */
  findings: Finding[];
  /** Why the step was not run; set exactly when the verdict is `skipped`. */
  reason?: string;
  /** The chart has nothing for this step, such as no tests: it is skipped, and the trial is not for that. */
  isAbsent?: boolean;
  /** Why the step could not be checked; set exactly when the verdict is `errored`. */
  error?: TrialError;
}

/** The chart that a trial tests. */
export interface TrialChart {
  /** The name in Chart.yaml, or the folder's name when that cannot be read. */
  name: string;
  /** The version in Chart.yaml; empty when that cannot be read. */
  version: string;
  /** As it was found: relative to the working directory when it lies below it, else absolute. */
  path: string;
}

/** The set of values that a trial tests its chart with. */
export interface TrialCase {
  /** `default` for the chart's own values, else the path of the values file below the chart (`ci/ha-values.yaml`). */
  name: string;
  /** Values files, later ones win; empty for the chart's own values. */
  values: string[];
}

/** One chart with one set of values, tried on one control plane. */
export interface TrialResult {
  /** `<chart>/<case>`: unique in a suite; what `--filter` is matched with. */
  id: string;
  chart: TrialChart;
  case: TrialCase;
  /** The namespace that the trial had to itself; empty when it was never made. */
  namespace: string;
  verdict: Verdict;
  /** All seven steps, in order, also those that were not run. */
  steps: StepResult[];
  /** What was left out of this trial and why, for a person to read. */
  notes: string[];
  durationMs: number;
}

/** Versions of what the charts were tried on. */
export interface SuiteVersions {
  kubernetes: string;
  helm: string;
  etcd: string;
  engine: string;
}

/** A Stage that was in force: what it changed looked as if a controller had done it. */
export interface PlayedStage {
  name: string;
  /** The file that it was read from. */
  file?: string;
  /** `apiVersion` and `kind` of the objects that it is for. */
  apiVersion: string;
  kind: string;
  /** How often it was played during the run. */
  plays: number;
  /** What went wrong with it during the run. */
  problems: string[];
}

/** What a whole run came to. */
export interface SuiteResult {
  verdict: Verdict;
  trials: TrialResult[];
  counts: VerdictCounts;
  /** How many trials `--filter` left out. */
  filteredOutCount: number;
  /** The run was interrupted: what had not ended by then is `skipped`. */
  interrupted: boolean;
  startedAt: string;
  /** The whole run in milliseconds, with the start of the control plane. */
  durationMs: number;
  /** How long the control plane took to be ready, in milliseconds; 0 when a running one was used. */
  bootMs: number;
  versions: SuiteVersions;
  /** What became of Pods. */
  pods: ControlPlaneCapabilities["pods"];
  /** The Stages that were in force for all namespaces. */
  stages: PlayedStage[];
}

/** The findings of all steps, in order. */
export function trialFindings(trial: TrialResult): Finding[] {
  return trial.steps.flatMap((step) => step.findings);
}

/** Whether any of its steps was run; a trial that was never begun has no reason of its own to tell. */
export function isStarted(trial: TrialResult): boolean {
  return trial.steps.some((step) => step.verdict !== "skipped");
}
