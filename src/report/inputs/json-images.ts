import type { ChartImages, ImagesResult } from "../../images/images-result.ts";
import type { TrialError } from "../../trial/trial-result.ts";

/**
 * What `seatrial images --json` prints, the only thing on stdout. Within one `schemaVersion` fields are added, never renamed,
 * removed or given another meaning. When nothing could be listed, `charts` is empty and `error` says why.
 */
export interface JsonImages {
  schemaVersion: 1;
  verdict: ImagesResult["verdict"];
  /** The exit code of the process: 0 passed, 1 failed, 2 usage, 3 could not check, 130 interrupted. */
  exitCode: number;
  /** Whole milliseconds. */
  durationMs: number;
  charts: ChartImages[];
  /** Plain sentences: what was left out. */
  notes: string[];
  error?: TrialError;
}

/** The result as a plain object. */
export function toJsonImages({ verdict, charts, notes, durationMs }: ImagesResult, exitCode: number): JsonImages {
  return { schemaVersion: 1, verdict, exitCode, durationMs: Math.round(durationMs), charts, notes };
}

/** A run that could not start. */
export function toJsonImagesFailure(error: TrialError, exitCode: number, durationMs: number): JsonImages {
  return { ...toJsonImages({ verdict: "errored", charts: [], notes: [], durationMs }, exitCode), error };
}
