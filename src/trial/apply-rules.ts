import type { Finding } from "../findings/finding.ts";
import type { AllowedFinding } from "../findings/rules/allowance.ts";
import { findRule } from "../findings/rules/finding-rules.ts";
import { divideFindings, type JudgingRules } from "../findings/rules/judge-findings.ts";
import type { StepResult, TrialResult } from "./trial-result.ts";

/** The step without the findings that are allowed; it passes when nothing else has failed it. */
export function withoutAllowed(
  step: StepResult,
  { allowances }: JudgingRules,
): { step: StepResult; allowed: AllowedFinding[] } {
  const { remaining, allowed } = divideFindings(step.findings, allowances);
  if (allowed.length === 0) return { step, allowed };
  const isWrong = remaining.some(({ severity }) => severity === "error");
  const verdict = step.verdict === "failed" && !isWrong ? "passed" : step.verdict;
  return { step: { ...step, verdict, findings: remaining }, allowed };
}

/** With `--strict`, the step whose warnings are errors, which fail it. */
export function withStrictness(step: StepResult, { isStrict }: JudgingRules): StepResult {
  if (!isStrict || !step.findings.some(({ severity }) => severity === "warning")) return step;
  const findings = step.findings.map((finding) => ({ ...finding, severity: "error" as const }));
  return { ...step, verdict: step.verdict === "passed" ? "failed" : step.verdict, findings };
}

/** Whether all errors of a failed step are of kinds after which the later steps have something to say. */
export function isIndependent({ verdict, findings }: StepResult): boolean {
  const errors = findings.filter(({ severity }) => severity === "error");
  return (
    verdict === "failed" &&
    errors.length > 0 &&
    errors.every(({ reason = "" }) => findRule(reason)?.isIndependent === true)
  );
}

type Rights = NonNullable<TrialResult["rights"]>;

/** The rights that are not allowed, and the others as findings. */
export function withoutAllowedRights(
  rights: Rights,
  { allowances }: JudgingRules,
): { remaining: Rights; allowed: AllowedFinding[] } {
  const asFindings = rights.map((right): Finding => ({ severity: "warning", step: "template", ...right }));
  const { allowed } = divideFindings(asFindings, allowances);
  const isAllowed = ({ reason, object }: Rights[number]) =>
    allowed.some((finding) => finding.reason === reason && finding.object === object);
  return { remaining: rights.filter((right) => !isAllowed(right)), allowed };
}
