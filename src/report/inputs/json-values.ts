import type { TrialError } from "../../trial/trial-result.ts";
import type { ChartValues, ValuesResult } from "../../values/values-result.ts";

/**
 * What `seatrial values --json` prints, the only thing on stdout. Within one `schemaVersion` fields are added, never renamed,
 * removed or given another meaning. When nothing could be judged, `charts` is empty and `error` says why.
 */
export interface JsonValues {
  schemaVersion: 1;
  verdict: ValuesResult["verdict"];
  /** The exit code of the process: 0 passed, 1 failed, 2 usage, 3 could not check, 130 interrupted. */
  exitCode: number;
  /** Whole milliseconds. */
  durationMs: number;
  charts: ChartValues[];
  /** Plain sentences: what was left out. */
  notes: string[];
  error?: TrialError;
}

/** The result as a plain object. */
export function toJsonValues({ verdict, charts, notes, durationMs }: ValuesResult, exitCode: number): JsonValues {
  return { schemaVersion: 1, verdict, exitCode, durationMs: Math.round(durationMs), charts, notes };
}

/** A run that could not start. */
export function toJsonValuesFailure(error: TrialError, exitCode: number, durationMs: number): JsonValues {
  return { ...toJsonValues({ verdict: "errored", charts: [], notes: [], durationMs }, exitCode), error };
}
