import type { ChartDiff, DiffResult } from "../../diff/diff-result.ts";
import type { TrialError } from "../../trial/trial-result.ts";

/**
 * What `seatrial diff --json` prints, the only thing on stdout. Within one `schemaVersion` fields are added, never renamed,
 * removed or given another meaning. When the comparison could not start, `charts` is empty and `error` says why.
 */
export interface JsonDiff {
  schemaVersion: 1;
  verdict: DiffResult["verdict"];
  /** The exit code of the process: 0 same, 1 differs, 2 usage, 3 could not check, 130 interrupted. */
  exitCode: number;
  /** Whole milliseconds. */
  durationMs: number;
  /** Charts that were compared, new charts and removed charts. */
  charts: ChartDiff[];
  /** The names of charts without a changed file, which were not rendered. */
  unchanged: string[];
  /** Plain sentences: what was left out. */
  notes: string[];
  error?: TrialError;
}

/** The comparison as a plain object. */
export function toJsonDiff(result: DiffResult, exitCode: number): JsonDiff {
  const { verdict, charts, unchanged, notes, durationMs } = result;
  return { schemaVersion: 1, verdict, exitCode, durationMs: Math.round(durationMs), charts, unchanged, notes };
}

/** A comparison that could not start. */
export function toJsonDiffFailure(error: TrialError, exitCode: number, durationMs: number): JsonDiff {
  const nothing: DiffResult = { verdict: "errored", charts: [], unchanged: [], notes: [], durationMs };
  return { ...toJsonDiff(nothing, exitCode), error };
}
