import type { Finding } from "../findings/finding.ts";
import type { AllowedFinding } from "../findings/rules/allowance.ts";
import type { TrialChart, TrialError } from "../trial/trial-result.ts";
import type { Verdict } from "../trial/verdict.ts";

/** A set of values with which a chart was rendered. */
export interface ValuesCase {
  name: string;
  /** `failed`: the chart does not render with the values. `errored`: it lacks something. `skipped`: see `reason`. */
  verdict: Verdict;
  error?: TrialError;
  /** Why it is skipped. */
  reason?: string;
}

/** What is wrong with the values of a chart. */
export interface ChartValues {
  chart: TrialChart;
  verdict: Verdict;
  cases: ValuesCase[];
  findings: Finding[];
  allowed: AllowedFinding[];
  /** Plain sentences: what was left out. */
  notes: string[];
}

/** The result of `seatrial values`. */
export interface ValuesResult {
  verdict: Verdict;
  charts: ChartValues[];
  notes: string[];
  durationMs: number;
}
