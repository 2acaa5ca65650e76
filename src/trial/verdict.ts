/**
 * The result of a step, a trial or a suite.
 * - `passed`: everything was checked and nothing is wrong, apart from warnings.
 * - `failed`: the chart is wrong; there is at least one finding of severity `error`.
 * - `errored`: it could not be checked (the engine exited, the API server was out of reach); says nothing about the chart.
 * - `skipped`: it did not run, because an earlier step failed, or the run was cut short or interrupted. Never passed.
 */
export type Verdict = "passed" | "failed" | "errored" | "skipped";

const weight: Record<Verdict, number> = { passed: 0, skipped: 1, failed: 2, errored: 3 };

/**
 * The verdict of a whole from the verdicts of its parts: the gravest of them, `errored` before `failed` before `skipped`
 * before `passed`. A whole without parts is `skipped`: a run that tested nothing has not passed.
 */
export function overallVerdict(parts: readonly Verdict[]): Verdict {
  if (parts.length === 0) {
    return "skipped";
  }
  return parts.reduce((gravest, part) => (weight[part] > weight[gravest] ? part : gravest));
}

/** The number of parts with each verdict. */
export type VerdictCounts = Record<Verdict, number>;

/** Counts verdicts; every verdict has a number, also when it is 0. */
export function countVerdicts(parts: readonly Verdict[]): VerdictCounts {
  const counts: VerdictCounts = { passed: 0, failed: 0, errored: 0, skipped: 0 };
  for (const part of parts) {
    counts[part] += 1;
  }
  return counts;
}
