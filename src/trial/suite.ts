import type { Allowance } from "../findings/rules/allowance.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { type AppliedStage, listStages } from "../simulation/list-stages.ts";
import { toCaseContext } from "./config/case-context.ts";
import type { TrialPlan } from "./plan-trials.ts";
import { skippedTrial } from "./skipped-trial.ts";
import { INTERRUPTED } from "./step-runner.ts";
import { runTrial } from "./trial.ts";
import { noInputs, type TrialInputs } from "./trial-inputs.ts";
import { TrialQueue } from "./trial-queue.ts";
import type { PlayedStage, StepName, StepResult, SuiteResult, TrialResult } from "./trial-result.ts";
import { countVerdicts, overallVerdict } from "./verdict.ts";

/** Which trials to run, on what, and how. */
export interface SuiteOptions {
  plans: readonly TrialPlan[];
  plane: ControlPlane;
  /** The number of cases to try at the same time; with `failFast`, the cases of one chart run one after another. */
  jobs: number;
  /** How long one install or uninstall may take, such as `1m`. @default that of seatrial.yaml, or `1m` */
  timeout?: string | undefined;
  /** What all trials are given. @default nothing */
  inputs?: TrialInputs | undefined;
  /** Starts no further trial after a trial that did not pass. */
  failFast: boolean;
  /** Shared by runs of the same charts: none starts another trial once there is a reason. @default its own */
  halt?: { reason?: string } | undefined;
  filteredOutCount: number;
  /** What the run leaves out and why. @default nothing */
  notes?: string[] | undefined;
  /** When the run started, by `performance.now()`: the result's `durationMs` starts there. */
  startedMs: number;
  signal?: AbortSignal | undefined;
  onStep?: ((id: string, step: StepName) => void) | undefined;
  onWait?: ((id: string, isWaiting: boolean) => void) | undefined;
  onTrial?: ((trial: TrialResult) => void) | undefined;
}

/** Runs all trials and resolves with their results, in the order of the plans. Never rejects. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { plans, plane, timeout, signal, onStep, onWait, onTrial } = options;
  const startedAt = new Date(Date.now() - (performance.now() - options.startedMs)).toISOString();
  const results = new Map<TrialPlan, TrialResult>();
  const end = (plan: TrialPlan, trial: TrialResult) => {
    results.set(plan, trial);
    onTrial?.(trial);
  };
  const halt = options.halt ?? {};

  const stagesBefore = await stagesOf(plane);
  // Other controllers may work on a control plane that was up before, and Stages may create anything.
  const isAlone = plane.bootMs > 0 && stagesBefore.length === 0;
  const context = { plane, isAlone, timeout, inputs: options.inputs ?? noInputs, signal, onStep, onWait };
  const queue = new TrialQueue(plans, { divides: !options.failFast });
  const judge = (plan: TrialPlan, trial: TrialResult) => {
    end(plan, trial);
    if (hasEngineEnded(trial)) halt.reason ??= "the engine has ended";
    if (options.failFast && trial.verdict !== "passed" && trial.isAbsent !== true)
      halt.reason ??= `--fail-fast: ${trial.id} ${trial.verdict}`;
  };
  const work = async () => {
    // The next trial is linted and rendered while the namespace of the last one is removed.
    let last = Promise.resolve();
    for (let plan = queue.take(); plan !== undefined; plan = queue.take(plan.chartPath)) {
      if (signal?.aborted) halt.reason ??= INTERRUPTED;
      if (halt.reason !== undefined) {
        await last;
        end(plan, skippedTrial(plan, halt.reason));
        continue;
      }
      const { promise: stepsEnded, resolve } = Promise.withResolvers<void>();
      const onCleanUp = (steps: readonly StepResult[]) => void (hasEngineEnded({ steps }) || resolve());
      const trial = runTrial(plan, { ...toCaseContext(context, plan), previous: last, onCleanUp });
      const ended = plan;
      const judged = trial.then((result) => judge(ended, result));
      await Promise.race([stepsEnded, judged]);
      await last;
      last = judged;
      if (options.failFast) await last;
    }
    await last;
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(options.jobs, queue.width)) }, work));

  const trials = plans.flatMap((plan) => results.get(plan) ?? []);
  const stages = playedSince(stagesBefore, await stagesOf(plane));
  const verdicts = trials.map(({ verdict }) => verdict);
  return {
    verdict: overallVerdict(trials.filter(({ isAbsent }) => isAbsent !== true).map(({ verdict }) => verdict)),
    trials,
    counts: countVerdicts(verdicts),
    filteredOutCount: options.filteredOutCount,
    notes: options.notes ?? [],
    ...unusedAllowances(context.inputs, plans, trials),
    interrupted: signal?.aborted ?? false,
    startedAt,
    durationMs: performance.now() - options.startedMs,
    bootMs: plane.bootMs,
    versions: plane.versions,
    provider: plane.provider,
    ...(plane.data.cluster === undefined ? {} : { cluster: plane.data.cluster }),
    pods: plane.capabilities.pods,
    controllers: plane.capabilities.controllers,
    stages,
  };
}

// An engine that has exited cannot list its Stages; the trials report the exit.
function stagesOf(plane: ControlPlane): Promise<AppliedStage[]> {
  return listStages(plane).catch(() => []);
}

// A control plane that was up before has also played them for others.
function playedSince(before: readonly AppliedStage[], now: readonly AppliedStage[]): PlayedStage[] {
  return now.map(({ id, name, file, apiVersion, kind, plays, problems }) => {
    const known = before.find((stage) => stage.id === id);
    return {
      name,
      ...(file === undefined ? {} : { file }),
      apiVersion,
      kind,
      plays: plays - (known?.plays ?? 0),
      problems: problems.filter((problem) => known?.problems.includes(problem) !== true),
    };
  });
}

// An allowance of a chart may be used by a case that the run has left out.
function unusedAllowances(
  { rules }: TrialInputs,
  plans: readonly TrialPlan[],
  trials: readonly TrialResult[],
): Pick<SuiteResult, "unusedAllowances"> {
  const allowed = trials.flatMap((trial) => trial.allowed ?? []);
  const isUsed = ({ text, origin }: Allowance) =>
    allowed.some(({ allowedBy, allowedAt }) => allowedBy === text && allowedAt === origin?.at);
  const ended = plans.filter((_plan, index) => trials[index]?.verdict === "passed");
  const all = [...rules.allowances, ...ended.flatMap(({ settings }) => settings?.allowances ?? [])];
  const unused = all.filter((allowance) => !isUsed(allowance));
  const texts = unused.map(({ text, origin }) => (origin === undefined ? text : `${text} in ${origin.at}`));
  return unused.length === 0 ? {} : { unusedAllowances: [...new Set(texts)] };
}

function hasEngineEnded({ steps }: { steps: readonly StepResult[] }): boolean {
  return steps.some((step) => step.error?.code === "SEATRIAL_ENGINE_EXITED");
}
