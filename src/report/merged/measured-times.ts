import type { ReadReport } from "./read-json-report.ts";

/** How long each case of the run took, in milliseconds, by id. Cases that did not run are left out. */
export function toMeasuredTimes({ report }: ReadReport): Map<string, number> {
  const run = report.trials.filter(({ durationMs }) => durationMs > 0);
  return new Map(run.map(({ id, durationMs }) => [id, durationMs]));
}
