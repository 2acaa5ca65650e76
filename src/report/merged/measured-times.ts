import type { ReadReport } from "./read-json-report.ts";

/** How long each case of the run took on all versions, in milliseconds, by id. Cases that did not run are left out. */
export function toMeasuredTimes({ report }: ReadReport): Map<string, number> {
  const run = report.trials.filter(({ durationMs }) => durationMs > 0);
  const times = new Map<string, number>();
  for (const { id, kubernetesVersion, durationMs } of run) {
    const suffix = `@${kubernetesVersion}`;
    const own = id.endsWith(suffix) ? id.slice(0, -suffix.length) : id;
    times.set(own, (times.get(own) ?? 0) + durationMs);
  }
  return times;
}
