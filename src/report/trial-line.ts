import type { TrialResult } from "../trial/trial-result.ts";
import { formatDuration } from "../util/duration.ts";
import { toPrintableResult } from "../util/text/printable.ts";
import type { Style } from "./style.ts";
import { plural } from "./summary.ts";

/** One line for a trial that has ended: its verdict, its name, its duration and the step that failed. */
export function trialLine(result: TrialResult, style: Style): string {
  const trial = toPrintableResult(result);
  const word = { passed: style.good, failed: style.bad, errored: style.bad, skipped: style.warn }[trial.verdict];
  const time = trial.verdict === "skipped" ? "" : ` ${style.dim(timeOf(trial))}`;
  const detail = detailOf(trial);
  return `${word(trial.verdict.padEnd(7))} ${trial.id}${time}${detail === "" ? "" : `  ${detail}`}`;
}

// A wait that nobody would notice is not worth a word.
const waitWorthSayingMs = 100;

function timeOf({ durationMs, waitedMs }: TrialResult): string {
  const time = formatDuration(durationMs);
  return waitedMs < waitWorthSayingMs ? time : `${time} + ${formatDuration(waitedMs)} waiting for other cases`;
}

function detailOf(trial: TrialResult): string {
  const culprit = trial.steps.find((step) => step.verdict === trial.verdict);
  switch (trial.verdict) {
    case "failed": {
      const failed = trial.steps.filter((step) => step.verdict === "failed");
      const errors = failed.flatMap((step) => step.findings).filter((finding) => finding.severity === "error");
      return `${failed.map((step) => step.name).join(", ")}: ${plural(errors.length, "error")}`;
    }
    case "errored":
      return `${culprit?.name}: ${culprit?.error?.message.split("\n")[0] ?? ""}`;
    case "skipped":
      return culprit?.reason ?? "";
    default: {
      if (trial.expected !== undefined) return "failed as expected";
      const warnings = trial.steps.flatMap((step) => step.findings).length;
      return warnings === 0 ? "" : plural(warnings, "warning");
    }
  }
}
