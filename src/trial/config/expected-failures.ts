import type { Finding } from "../../findings/finding.ts";
import { isObject } from "../../findings/rules/allowance.ts";
import { codeOf } from "../../findings/rules/code-of.ts";
import { absentStep, INTERRUPTED } from "../step-runner.ts";
import type { ExpectedFinding, StepResult } from "../trial-result.ts";
import type { ExpectedFailure } from "./case-settings.ts";

/** A trial whose case must fail, judged. */
export interface JudgedFailure {
  steps: StepResult[];
  /** The errors that the case must have; they are not among the findings of the steps. */
  expected: ExpectedFinding[];
}

/**
 * The steps of a case that must fail: with each of the failures, and without any other error, the case passes. Otherwise it has
 * a finding `FailureMissing`. A case that could not be checked stays so, and so does a case in which a step was left out that
 * might have failed.
 */
export function judgeFailures(steps: readonly StepResult[], failures: readonly ExpectedFailure[]): JudgedFailure {
  if (failures.length === 0 || steps.some(({ verdict }) => verdict === "errored")) {
    return { steps: [...steps], expected: [] };
  }
  const failed = steps.findIndex(({ verdict }) => verdict === "failed");
  // An interrupted run has no verdict.
  const isInterrupted = failed === -1 && steps.some(({ reason }) => reason === INTERRUPTED);
  if (isInterrupted) return { steps: [...steps], expected: [] };
  const expected: ExpectedFinding[] = [];
  const remaining = steps.map((step): StepResult => {
    const { name, verdict, findings } = step;
    const known = findings.map((finding) => ({ finding, failure: failures.find((each) => fits(each, finding, name)) }));
    for (const { finding, failure } of known) {
      if (failure !== undefined) expected.push({ ...finding, ...toExpectedBy(failure) });
    }
    const others = known.filter(({ failure }) => failure === undefined).map(({ finding }) => finding);
    const isWrong = others.some(({ severity }) => severity === "error");
    return { ...step, findings: others, verdict: verdict === "failed" && !isWrong ? "passed" : verdict };
  });
  const missing = failures.filter(({ at }) => !expected.some(({ expectedAt }) => expectedAt === at));
  if (missing.length > 0) return { steps: withMissing(steps, remaining, missing), expected };
  return { steps: withoutRest(remaining, steps[failed]?.name), expected };
}

function fits({ code, step, object, message }: ExpectedFailure, finding: Finding, name: StepResult["name"]): boolean {
  if (finding.severity !== "error" || codeOf(finding) !== code || !isStep(step ?? name, name)) return false;
  if (message !== undefined && !finding.message.includes(message)) return false;
  return object === undefined || (finding.object !== undefined && isObject(object, finding.object));
}

// Both steps render the chart, and the first reports what is wrong.
const rendering: readonly string[] = ["lint", "template"];

function isStep(expected: string, name: string): boolean {
  return expected === name || (rendering.includes(expected) && rendering.includes(name));
}

function toExpectedBy({ text, at, reason }: ExpectedFailure) {
  return { expectedBy: text, expectedAt: at, ...(reason === undefined ? {} : { expectedBecause: reason }) };
}

// Steps after the failure do not apply: they need what failed.
function withoutRest(steps: readonly StepResult[], failed: string | undefined): StepResult[] {
  return steps.map((step) =>
    step.verdict === "skipped" && step.isAbsent !== true
      ? absentStep(step.name, `the case failed as it must, in the step ${failed}`)
      : step,
  );
}

function withMissing(
  all: readonly StepResult[],
  remaining: readonly StepResult[],
  missing: readonly ExpectedFailure[],
): StepResult[] {
  const ran = remaining.findLastIndex(({ verdict }) => verdict !== "skipped");
  const hasFailed = all.some(({ verdict }) => verdict === "failed");
  const leftOut = hasFailed ? undefined : findLeftOut(all, missing);
  return remaining.map((step, index) => {
    if (index !== ran) return step;
    if (leftOut !== undefined) return toUnchecked(step, missing, leftOut);
    const findings = missing.map((failure) => toFinding(failure, all, step.name));
    return { ...step, verdict: "failed", findings: [...step.findings, ...findings] };
  });
}

const NO_TESTS = "the chart has no tests";

// A step that would have nothing to do cannot fail.
function findLeftOut(steps: readonly StepResult[], missing: readonly ExpectedFailure[]): StepResult | undefined {
  const leftOut = steps.filter(({ isAbsent, reason }) => isAbsent === true && reason !== NO_TESTS);
  return leftOut.find(({ name }) => missing.some(({ step }) => step === undefined || step === name));
}

function toUnchecked(step: StepResult, missing: readonly ExpectedFailure[], leftOut: StepResult): StepResult {
  const texts = missing.map(({ text, at }) => `${text} (${at})`).join(", ");
  const message = `The case must fail with ${texts}, and the step ${leftOut.name} was left out: ${leftOut.reason}`;
  const error = {
    code: "SEATRIAL_NOT_CHECKED",
    message: `${message}\nHint: name the step that must fail: \`mustFail: { code: …, step: … }\``,
  };
  return { ...step, verdict: "errored", error };
}

function toFinding(
  { text, at, reason, code }: ExpectedFailure,
  all: readonly StepResult[],
  name: StepResult["name"],
): Finding {
  const found = all
    .flatMap((step) => step.findings.map((finding) => ({ finding, step: step.name })))
    .filter(({ finding }) => finding.severity === "error" || codeOf(finding) === code);
  const labels = found.map(({ finding, step }) => {
    const { object, severity } = finding;
    const of = object === undefined ? "" : ` of ${object.kind}/${object.name}`;
    return `${codeOf(finding) ?? "an error without a code"}${of} in the step ${step} (${severity})`;
  });
  const notes = [
    `expected in ${at}`,
    ...(reason === undefined ? [] : [`because: ${reason}`]),
    ...[...new Set(labels)].map((label) => `found: ${label}`),
  ];
  const hint = found.length === 0 ? "if the chart no longer has this fault, remove `mustFail`" : undefined;
  return {
    severity: "error",
    step: name,
    message: `the case must fail with ${text}, and does not`,
    reason: "FailureMissing",
    notes,
    ...(hint === undefined ? {} : { hint }),
  };
}
