import type { Finding } from "../../findings/finding.ts";
import type { ShardResult } from "../../trial/shard/shard.ts";
import type { SuiteResult, TrialResult } from "../../trial/trial-result.ts";
import type { JsonReport, JsonTrial } from "../json.ts";

/** The result that a JSON report was made of, in whole milliseconds; `undefined` for a run that could not start. */
export function toSuite(report: JsonReport): SuiteResult | undefined {
  const { controlPlane, controlPlanes, counts, shard, error } = report;
  if (controlPlane === null) return undefined;
  const { kubernetes, emulatedBy, helm, etcd, engine, bootMs, provider, cluster, pods, controllers } = controlPlane;
  const { passed, failed, errored, skipped, filteredOut } = counts;
  return {
    verdict: report.verdict,
    trials: report.trials.map(toTrial),
    counts: { passed, failed, errored, skipped },
    filteredOutCount: filteredOut,
    // Only a comparison with a previous version has some, and it cannot be divided.
    notes: [],
    ...(report.unusedAllowances === undefined ? {} : { unusedAllowances: report.unusedAllowances }),
    ...(error === undefined ? {} : { cleanUpError: error }),
    ...(shard === undefined ? {} : { shard: shard as ShardResult }),
    interrupted: report.interrupted,
    startedAt: report.startedAt,
    durationMs: report.durationMs,
    bootMs,
    versions: { kubernetes, ...(emulatedBy === undefined ? {} : { emulatedBy }), helm, etcd, engine },
    ...(controlPlanes === undefined ? {} : { controlPlanes }),
    provider,
    ...(cluster === undefined ? {} : { cluster }),
    pods,
    controllers,
    stages: report.stages,
  };
}

function toTrial({ findings, steps, ...trial }: JsonTrial): TrialResult {
  let taken = 0;
  const take = (count: number): Finding[] => {
    taken += count;
    return findings.slice(taken - count, taken);
  };
  return { ...trial, steps: steps.map(({ findingCount, ...step }) => ({ ...step, findings: take(findingCount) })) };
}
