import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/findings/finding.ts";
import type { ExpectedFailure } from "../../../../src/trial/config/case-settings.ts";
import { judgeFailures } from "../../../../src/trial/config/expected-failures.ts";
import { INTERRUPTED, skippedStep } from "../../../../src/trial/step-runner.ts";
import { type StepName, type StepResult, stepsOf } from "../../../../src/trial/trial-result.ts";
import { overallVerdict } from "../../../../src/trial/verdict.ts";

const failure = (more: Partial<ExpectedFailure> = {}): ExpectedFailure => ({
  code: "Invalid",
  text: "Invalid",
  at: "ci/seatrial.yaml:3",
  ...more,
});
const invalid: Finding = {
  severity: "error",
  step: "dry-run",
  message: "port: must be between 1 and 65535",
  reason: "Invalid",
  object: { apiVersion: "v1", kind: "Service", name: "web" },
};

/** The steps of a trial that ended in a step with these findings; all have passed without one. */
function stepsWith(name: StepName | undefined, findings: Finding[] = [], more: Partial<StepResult> = {}): StepResult[] {
  const names = stepsOf({});
  const end = name === undefined ? names.length : names.indexOf(name);
  return names.map((each, index) => {
    if (index > end) return skippedStep(each, `the step ${name} did not pass`);
    const own = index === end ? findings : [];
    const verdict = own.some(({ severity }) => severity === "error") ? "failed" : "passed";
    return { name: each, verdict, durationMs: 1, findings: own, ...(index === end ? more : {}) };
  });
}
const verdictOf = (steps: readonly StepResult[]) =>
  overallVerdict(steps.filter(({ isAbsent }) => isAbsent !== true).map(({ verdict }) => verdict));
const missingIn = (steps: readonly StepResult[]) =>
  steps.flatMap(({ findings }) => findings.filter(({ reason }) => reason === "FailureMissing"));

describe("a case that must fail", () => {
  it.each([
    ["the code", {}],
    ["the step", { step: "dry-run" }],
    ["the object", { object: { kind: "Service", name: /^w.*$/ } }],
    ["a part of the message", { message: "between 1 and" }],
  ] as const)("passes with an error that has %s", (_what, more) => {
    const judged = judgeFailures(stepsWith("dry-run", [invalid]), [failure(more)]);
    expect(verdictOf(judged.steps)).toBe("passed");
    expect(judged.expected).toMatchObject([{ reason: "Invalid", expectedAt: "ci/seatrial.yaml:3" }]);
    expect(judged.steps.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it.each([
    ["another code", { code: "Forbidden" }],
    ["another step", { step: "install" }],
    ["another object", { object: { kind: "Service", name: /^api$/ } }],
    ["another message", { message: "immutable" }],
  ] as const)("fails with an error that has %s", (_what, more) => {
    const judged = judgeFailures(stepsWith("dry-run", [invalid]), [failure(more)]);
    expect(verdictOf(judged.steps)).toBe("failed");
    expect(missingIn(judged.steps)).toHaveLength(1);
    expect(judged.steps.flatMap(({ findings }) => findings)).toContainEqual(invalid);
  });

  it("fails when nothing is wrong, and names a warning with the code", () => {
    const warning: Finding = { ...invalid, severity: "warning" };
    const { steps } = judgeFailures(stepsWith("leftovers", [warning]), [failure({ reason: "it is wrong" })]);
    expect(verdictOf(steps)).toBe("failed");
    expect(missingIn(steps)).toMatchObject([
      {
        notes: [
          "expected in ci/seatrial.yaml:3",
          "because: it is wrong",
          "found: Invalid of Service/web in the step leftovers (warning)",
        ],
      },
    ]);
  });

  it("takes lint and template for one step, because both render the chart", () => {
    const schema: Finding = { severity: "error", step: "lint", message: "at '/a': no", reason: "schema" };
    for (const step of ["lint", "template"] as const) {
      const { steps } = judgeFailures(stepsWith("lint", [schema]), [failure({ code: "schema", step })]);
      expect(verdictOf(steps)).toBe("passed");
    }
  });

  it("fails with an error that is not expected, next to the expected one", () => {
    const other: Finding = { ...invalid, reason: "Forbidden" };
    const { steps, expected } = judgeFailures(stepsWith("dry-run", [invalid, other]), [failure()]);
    expect({ verdict: verdictOf(steps), count: expected.length }).toEqual({ verdict: "failed", count: 1 });
    expect(missingIn(steps)).toEqual([]);
  });

  it("stays as it is when it could not be checked, or was interrupted", () => {
    const error = { code: "SEATRIAL_NOT_CHECKED", message: "The chart needs a node" };
    const errored = stepsWith("install", [], { verdict: "errored", error });
    expect(judgeFailures(errored, [failure()])).toEqual({ steps: errored, expected: [] });
    const interrupted = stepsWith("install", [], skippedStep("install", INTERRUPTED));
    expect(judgeFailures(interrupted, [failure()])).toEqual({ steps: interrupted, expected: [] });
  });

  it("could not be checked when a step that might have failed was left out, and only then", () => {
    const left = (name: StepName) =>
      stepsWith(undefined).map((step) =>
        step.name === name ? { ...skippedStep(name, `--skip ${name}`), isAbsent: true } : step,
      );
    expect(verdictOf(judgeFailures(left("test"), [failure()]).steps)).toBe("errored");
    expect(verdictOf(judgeFailures(left("test"), [failure({ step: "dry-run" })]).steps)).toBe("failed");
    const noTests = left("test").map((step) =>
      step.name === "test" ? { ...step, reason: "the chart has no tests" } : step,
    );
    expect(verdictOf(judgeFailures(noTests, [failure()]).steps)).toBe("failed");
  });

  it("changes nothing in a case that must pass", () => {
    const steps = stepsWith("dry-run", [invalid]);
    expect(judgeFailures(steps, [])).toEqual({ steps, expected: [] });
  });
});
