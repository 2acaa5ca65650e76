import type { ShardResult } from "../shard/shard.ts";
import type { SuiteResult, TrialResult } from "../trial-result.ts";
import { countVerdicts, overallVerdict } from "../verdict.ts";
import type { VersionRun } from "./version-plans.ts";

/** The result of a run on one of several versions. */
export interface VersionSuite {
  run: VersionRun;
  suite: SuiteResult;
}

/**
 * One result for the runs of the same charts on several versions of Kubernetes, oldest first: each case on all versions, then
 * the next. What belongs to one control plane is that of the newest version on which charts were installed.
 */
export function mergeSuites(all: readonly VersionSuite[]): SuiteResult {
  const suites = all.map(({ suite }) => suite);
  const main = (all.findLast(({ run }) => run.isInstalled) ?? all.at(-1))?.suite;
  if (main === undefined) throw new Error("a run has at least one version");
  if (suites.length === 1) return main;
  const trials = interleave(suites.map((suite) => suite.trials));
  const counted = trials.filter(({ isAbsent }) => isAbsent !== true);
  const cleanUpError = suites.find((suite) => suite.cleanUpError !== undefined)?.cleanUpError;
  const unused = (main.unusedAllowances ?? []).filter((text) =>
    suites.every(({ unusedAllowances = [] }) => unusedAllowances.includes(text)),
  );
  const { unusedAllowances: _unused, cleanUpError: _error, shard, ...rest } = main;
  return {
    ...rest,
    verdict: cleanUpError === undefined ? overallVerdict(counted.map(({ verdict }) => verdict)) : "errored",
    trials,
    counts: countVerdicts(trials.map(({ verdict }) => verdict)),
    notes: [...new Set(suites.flatMap(({ notes }) => notes))],
    ...(unused.length === 0 ? {} : { unusedAllowances: unused }),
    ...(cleanUpError === undefined ? {} : { cleanUpError }),
    ...(shard === undefined ? {} : { shard: withVersions(shard, suites.length) }),
    interrupted: suites.some(({ interrupted }) => interrupted),
    startedAt: suites.map(({ startedAt }) => startedAt).sort()[0] ?? main.startedAt,
    durationMs: Math.max(...suites.map(({ durationMs }) => durationMs)),
    bootMs: Math.max(...suites.map(({ bootMs }) => bootMs)),
    controlPlanes: all.map(({ run, suite }) => ({
      ...suite.versions,
      bootMs: suite.bootMs,
      installs: run.isInstalled,
    })),
  };
}

function interleave(lists: readonly (readonly TrialResult[])[]): TrialResult[] {
  const count = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: count }, (_, at) => lists.flatMap((trials) => trials[at] ?? [])).flat();
}

// A shard has all versions of its cases.
function withVersions(shard: ShardResult, count: number): ShardResult {
  const positions = shard.positions.flatMap((at) => Array.from({ length: count }, (_, nth) => at * count + nth));
  return { ...shard, caseCount: shard.caseCount * count, positions };
}
