import { userErrorCodes } from "../errors/codes.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { Finding } from "../findings/finding.ts";
import { findingsOf } from "../findings/findings-of.ts";
import { messagesAfter } from "../util/first-error.ts";
import { toReportedError } from "../util/reported-error.ts";
import type { StepName, StepResult, TrialError } from "./trial-result.ts";

/** The reason of a step that did not end because the run was interrupted. */
export const INTERRUPTED = "interrupted";

/**
 * Runs one step and resolves with its result: `failed` when it finds, or rejects with, an error of the chart, `errored` when
 * it could not be checked, `skipped` when the signal aborted in the meantime. Never rejects.
 */
export async function runStep(
  name: StepName,
  work: () => Promise<Finding[]>,
  signal: AbortSignal | undefined,
): Promise<StepResult> {
  if (signal?.aborted) return skippedStep(name, INTERRUPTED);
  const startedAt = performance.now();
  try {
    const findings = inStep(name, await work());
    const isWrong = findings.some((finding) => finding.severity === "error");
    return { name, verdict: isWrong ? "failed" : "passed", durationMs: performance.now() - startedAt, findings };
  } catch (thrown) {
    const error = toReportedError(thrown);
    if (signal?.aborted) return skippedStep(name, INTERRUPTED);
    const durationMs = performance.now() - startedAt;
    const found = toFindings(error, name);
    const findings = found === undefined ? undefined : inStep(name, found);
    if (findings !== undefined) return { name, verdict: "failed", durationMs, findings };
    return { name, verdict: "errored", durationMs, findings: [], error: toTrialError(error) };
  }
}

/** A step that did not run, and why. */
export function skippedStep(name: StepName, reason: string): StepResult {
  return { name, verdict: "skipped", durationMs: 0, findings: [], reason };
}

/** A step that does not apply to the chart, and why. */
export function absentStep(name: StepName, reason: string): StepResult {
  return { ...skippedStep(name, reason), isAbsent: true };
}

/** An exception for a report. */
export function toTrialError(thrown: unknown): TrialError {
  const error = toReportedError(thrown);
  if (error instanceof SeatrialError) return { code: error.code, message: error.message };
  // A bug in seatrial: its report needs the stack.
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "SEATRIAL_INTERNAL", message };
}

// It consists of other steps, whose findings would read as if they came from the first installation.
function inStep(name: StepName, findings: readonly Finding[]): Finding[] {
  return name === "reinstall" || name === "upgrade-from" || name === "helm-upgrade" || name === "both-helms"
    ? findings.map((finding) => ({ ...finding, step: name }))
    : [...findings];
}

function withNotes([first, ...rest]: readonly Finding[], notes: readonly string[]): Finding[] {
  if (first === undefined || notes.length === 0) return first === undefined ? [] : [first, ...rest];
  return [{ ...first, notes: [...(first.notes ?? []), ...notes] }, ...rest];
}

/** What an error says about the chart; `undefined` when it says nothing, because it could not be checked. */
function toFindings(error: unknown, step: StepName): Finding[] | undefined {
  const findings = findingsOf(error);
  if (findings !== undefined) return withNotes(findings, messagesAfter(error));
  // A wrong call, or a release of somebody else, says nothing about the chart.
  if (!(error instanceof SeatrialError) || ["SEATRIAL_USAGE", "SEATRIAL_RELEASE"].includes(error.code))
    return undefined;
  if (!(userErrorCodes as readonly string[]).includes(error.code)) return undefined;
  const [message = error.message] = error.message.split("\nHint: ");
  const { file, line } = error as { file?: string; line?: number };
  return [
    {
      severity: "error",
      step,
      message,
      reason: error.code,
      ...(file === undefined ? {} : { template: file }),
      ...(line === undefined ? {} : { line }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    },
  ];
}
