import type { SuiteResult } from "../../trial/trial-result.ts";
import { mergeSuites } from "../../trial/versions/merge-suites.ts";
import type { VersionRun } from "../../trial/versions/version-plans.ts";

/** How many control planes run at the same time. One that installs charts waits most of its time. */
const MAX_TOGETHER = 2;

/**
 * Runs the charts on each version and puts the results together. Charts are installed first, and the other versions are tried
 * in the meantime, one after another. A version that could not be tried at all ends the others: `signal` aborts.
 */
export async function onVersions(
  runs: readonly VersionRun[],
  work: (run: VersionRun, signal: AbortSignal) => Promise<SuiteResult>,
): Promise<SuiteResult> {
  const suites = new Map<VersionRun, SuiteResult>();
  const failures: unknown[] = [];
  const abort = new AbortController();
  const waiting = [...runs.filter(({ isInstalled }) => isInstalled), ...runs.filter(({ isInstalled }) => !isInstalled)];
  const worker = async () => {
    for (let run = waiting.shift(); run !== undefined && failures.length === 0; run = waiting.shift()) {
      try {
        suites.set(run, await work(run, abort.signal));
      } catch (error) {
        failures.push(error);
        abort.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(MAX_TOGETHER, runs.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return mergeSuites(
    runs.flatMap((run) => {
      const suite = suites.get(run);
      return suite === undefined ? [] : [{ run, suite }];
    }),
  );
}
