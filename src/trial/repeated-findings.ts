import type { Finding } from "../findings/finding.ts";
import { skippedStep } from "./step-runner.ts";
import type { StepResult } from "./trial-result.ts";

const REPORTED = "an earlier step has reported why it fails";

/**
 * A step without the findings that it or an earlier step has reported already: the steps lint and template both render the
 * chart. A step that failed only for faults that an earlier step has reported is `skipped`.
 */
export function withoutRepeated(step: StepResult, earlier: readonly StepResult[]): StepResult {
  const known = earlier.flatMap(({ findings }) => findings);
  const findings: Finding[] = [];
  for (const finding of step.findings) {
    const reported = [...known, ...findings].find((other) => isSameFault(finding, other));
    if (reported === undefined) findings.push(finding);
    // Lint has no reasons.
    else Object.assign(reported, { ...finding, ...reported });
  }
  if (findings.length === step.findings.length) return step;
  const isWrong = findings.some(({ severity }) => severity === "error");
  if (step.verdict !== "failed" || isWrong) return { ...step, findings };
  return { ...skippedStep(step.name, REPORTED), durationMs: step.durationMs, findings };
}

function isSameFault(one: Finding, other: Finding): boolean {
  if (one.severity !== other.severity || one.field !== other.field) return false;
  if (one.object?.kind !== other.object?.kind || one.object?.name !== other.object?.name) return false;
  const isSameLocation = one.template === other.template && one.line === other.line;
  if (isSameLocation && (one.line !== undefined || one.message === other.message)) return true;
  const violations = schemaViolations(one.message);
  if (violations.length > 0) {
    const reported = schemaViolations(other.message);
    return violations.every((violation) => reported.includes(violation));
  }
  return faultText(one.message) === faultText(other.message) && faultText(one.message) !== "";
}

// "at '/replicas': got string, want integer", with or without the name of the chart.
function schemaViolations(message: string): string[] {
  return [...message.matchAll(/(?:^\s*-|^\S+:)? ?(at '[^']*': .*)$/gm)].map(([, violation = ""]) => violation);
}

// Helm's words about a file, without those of the command around them.
function faultText(message: string): string {
  return message
    .replace(/^(the chart \S+ cannot be loaded:|unable to load chart)\s*/, "")
    .replace(/^(unable to parse YAML|YAML parse error on \S+): /, "")
    .replace(/ of type (rules\.k8sYamlStruct|util\.SimpleHead)/, "")
    .trim();
}
