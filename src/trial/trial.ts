import { measureLockWaits } from "../engine/lock-waits.ts";
import type { Finding } from "../findings/finding.ts";
import { hideSecretsOf, maskFindings } from "../findings/mask-findings.ts";
import type { AllowedFinding } from "../findings/rules/allowance.ts";
import { isEqual } from "../util/field-changes.ts";
import { isIndependent, withoutAllowed, withoutAllowedRights, withStrictness } from "./apply-rules.ts";
import { judgeFailures } from "./config/expected-failures.ts";
import { untestedVersions } from "./config/untested-versions.ts";
import type { TrialPlan } from "./plan-trials.ts";
import { refineFindings, toLocalPaths } from "./refine-findings.ts";
import { withoutRepeated } from "./repeated-findings.ts";
import { skippedTrial } from "./skipped-trial.ts";
import { absentStep, INTERRUPTED, runStep, skippedStep } from "./step-runner.ts";
import { cleanUp } from "./steps/clean-up.ts";
import { independentSteps, stepWorks } from "./steps/step-works.ts";
import { TrialState } from "./steps/trial-state.ts";
import type { TrialContext } from "./trial-context.ts";
import { type StepName, type StepResult, stepsOf, type TrialResult } from "./trial-result.ts";
import { overallVerdict } from "./verdict.ts";
import { excludedTrial, whyExcluded } from "./versions/excluded-trial.ts";
import { whyAbsent } from "./why-absent.ts";

/**
 * Tries a chart with one set of values, in the steps of `stepNames`. After a step that could not be checked, and after a
 * finding of most steps, the steps after it are `skipped`. Leaves nothing behind and never rejects.
 */
export async function runTrial(plan: TrialPlan, context: TrialContext): Promise<TrialResult> {
  if (plan.notTried !== undefined) return excludedTrial(plan, plan.notTried);
  const state = new TrialState(plan, context);
  state.ownNotes.push(...untestedVersions(plan.settings, context.plane.versions.kubernetes, plan.triedVersions));
  const results: StepResult[] = [];
  let rendering: StepResult | undefined;
  const allowed: AllowedFinding[] = [];
  const { rules } = context.inputs;
  let allWaitedMs = 0;
  const run = async (name: StepName, work: () => Promise<Finding[]>): Promise<StepResult> => {
    context.onStep?.(plan.id, name);
    const onWait = (isWaiting: boolean) => context.onWait?.(plan.id, isWaiting);
    const { result: whole, waitedMs } = await measureLockWaits(() => runStep(name, work, context.signal), onWait);
    const { step: result, allowed: ofStep } = withoutAllowed(whole, rules);
    const durationMs = Math.max(0, result.durationMs - waitedMs);
    if (name === "template") rendering = result;
    allowed.push(...ofStep);
    results.push(withoutRepeated({ ...result, durationMs }, results));
    allWaitedMs += waitedMs;
    return result;
  };

  let reason: string | undefined;
  const names = stepsOf(plan);
  for (const name of names) {
    const absence = whyAbsent(name, context, state);
    if (absence !== undefined) {
      results.push(absentStep(name, absence));
      continue;
    }
    const result = await run(name, () => stepWorks[name](state));
    const { verdict } = result;
    if (context.signal?.aborted) reason = INTERRUPTED;
    else if (verdict === "errored" && name === "lint") reason = "the step lint could not be checked";
    else if (name === "lint" && plan.isLibrary) reason = "a library chart cannot be installed";
    else if (verdict !== "passed" && !(verdict === "failed" && independentSteps.has(name)) && !isIndependent(result))
      reason = `the step ${name} did not pass`;
    if (reason !== undefined) break;
  }
  context.onCleanUp?.(results);
  const cleanUpError = await cleanUp(state);
  const unrendered = plan.isOptional ? whyNotRendered(rendering) : undefined;
  if (state.excludingRange !== undefined && cleanUpError === undefined)
    return excludedTrial(plan, whyExcluded(plan, state.excludingRange));
  if (unrendered !== undefined && cleanUpError === undefined) return absentTrial(plan, unrendered);
  const rest = names.slice(results.length).map((name) => skippedStep(name, reason ?? INTERRUPTED));
  const hide = hideSecretsOf(state.documents);
  const refine = (findings: readonly Finding[]) => refineFindings(maskFindings(findings, state.documents), state.plan);
  const strict = [...results, ...rest].map((step) => withStrictness(step, rules));
  const { steps: judged, expected } = judgeFailures(strict, plan.settings?.failures ?? []);
  const masked = judged.map((step) => ({
    ...step,
    findings: refine(step.findings),
    ...(step.error === undefined
      ? {}
      : { error: { ...step.error, message: toLocalPaths(hide(step.error.message), state.plan) } }),
  }));
  const rights = withoutAllowedRights(state.rights, rules);
  allowed.push(...rights.allowed);
  const all = cleanUpError === undefined ? masked : withCleanUpError(masked, cleanUpError);
  return {
    id: plan.id,
    chart: plan.chart,
    case: plan.case,
    ...(plan.kubernetesVersion === undefined ? {} : { kubernetesVersion: plan.kubernetesVersion }),
    namespace: state.namespaceName,
    verdict: overallVerdict(relevantSteps(all, plan).map((step) => step.verdict)),
    steps: all,
    notes: state.notes,
    ...(allowed.length === 0 ? {} : { allowed: withRefined(allowed, refine) }),
    ...(expected.length === 0 ? {} : { expected: withRefined(expected, refine) }),
    ...(rights.remaining.length === 0 ? {} : { rights: rights.remaining }),
    ...(state.podSecurity === undefined ? {} : { podSecurity: state.podSecurity }),
    ...(state.upgradedFrom === undefined ? {} : { upgradedFrom: state.upgradedFrom }),
    ...(state.digest === undefined ? {} : { digest: state.digest }),
    kept: state.kept,
    durationMs: all.reduce((sum, step) => sum + step.durationMs, 0),
    waitedMs: allWaitedMs,
  };
}

// Two steps may report the same.
function withRefined<Item extends Finding>(
  items: readonly Item[],
  refine: (findings: readonly Finding[]) => Finding[],
): Item[] {
  const refined = items.map((item) => ({ ...item, ...refine([item])[0] }));
  return refined.filter((finding, index) => refined.findIndex((other) => isEqual(finding, other)) === index);
}

// What the chart's default values lack; whatever else is wrong with the chart shows in its other cases.
function whyNotRendered(step: StepResult | undefined): string | undefined {
  if (step?.error?.code === "SEATRIAL_NOT_CHECKED") return step.error.message.split("\n")[0];
  const found = step?.findings.find(({ reason }) => reason === "template" || reason === "schema");
  return found?.message.split("\n")[0];
}

// As chart-testing, which does not try the default values of a chart with values files in ci/.
function absentTrial(plan: TrialPlan, why: string): TrialResult {
  const note = `the default values of ${plan.chart.name}, which has other cases: ${why}`;
  const reason = "the default values alone do not render";
  return { ...skippedTrial(plan, reason, [note, ...plan.notes]), isAbsent: true };
}

// A library chart is only linted, and steps that do not apply to a chart do not matter.
function relevantSteps(steps: readonly StepResult[], plan: TrialPlan): StepResult[] {
  return (plan.isLibrary ? steps.slice(0, 1) : steps).filter(({ isAbsent }) => isAbsent !== true);
}

// Objects that stay could make other trials fail, so the error belongs to the step leftovers, unless that has findings.
function withCleanUpError(steps: StepResult[], error: NonNullable<StepResult["error"]>): StepResult[] {
  return steps.map((step) => {
    if (step.name !== "leftovers" || step.verdict === "failed" || step.verdict === "errored") return step;
    const { reason: _reason, ...rest } = step;
    return { ...rest, verdict: "errored", error };
  });
}
