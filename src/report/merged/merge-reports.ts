import { SeatrialError } from "../../errors/seatrial-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { formatShard } from "../../trial/shard/shard.ts";
import type { PlayedStage, SuiteResult } from "../../trial/trial-result.ts";
import { countVerdicts, overallVerdict } from "../../trial/verdict.ts";
import type { JsonReport } from "../json.ts";
import { checkShards } from "./check-shards.ts";
import type { ReadReport } from "./read-json-report.ts";
import { toSuite } from "./to-suite.ts";

/** A whole run, put together from its shards. */
export interface MergedRun {
  suite: SuiteResult;
  /** The exit code of the whole run. */
  exitCode: number;
}

// The gravest first: interrupted, could not check, usage, a chart is wrong, passed.
const exitCodes = [130, 3, 2, 1, 0];

/**
 * Puts the reports of all shards of a run together, in any order. The durations are those of the longest shard. Throws
 * `SEATRIAL_USAGE` when they do not belong together, and `SEATRIAL_NOT_CHECKED` when no shard could start.
 */
export function mergeReports(read: readonly ReadReport[]): MergedRun {
  checkShards(read);
  const reports = read.map(({ report }) => report).sort((one, other) => indexOf(one) - indexOf(other));
  const exitCode = exitCodes.find((code) => reports.some((report) => report.exitCode === code)) ?? 3;
  const suites = reports.flatMap((report) => toSuite(report) ?? []);
  const failedShards = reports.flatMap(toFailure);
  const [first] = suites;
  if (first === undefined) throw noneStarted(exitCode, failedShards);
  const trials = suites
    .flatMap(({ trials: own, shard }) => own.map((trial, at) => ({ trial, position: shard?.positions[at] ?? 0 })))
    .sort((one, other) => one.position - other.position)
    .map(({ trial }) => trial);
  const verdicts = trials.filter(({ isAbsent }) => isAbsent !== true).map(({ verdict }) => verdict);
  const clusters = [...new Set(suites.flatMap(({ cluster }) => cluster ?? []))];
  const { shard: _shard, cleanUpError: _cleanUpError, unusedAllowances: _unused, ...rest } = first;
  // Another shard may have the finding.
  const unused = (first.unusedAllowances ?? []).filter((text) =>
    suites.every(({ unusedAllowances = [] }) => unusedAllowances.includes(text)),
  );
  return {
    exitCode,
    suite: {
      ...rest,
      verdict: failedShards.length > 0 ? "errored" : overallVerdict(verdicts),
      trials,
      ...(unused.length === 0 ? {} : { unusedAllowances: unused }),
      counts: countVerdicts(trials.map(({ verdict }) => verdict)),
      ...(failedShards.length === 0 ? {} : { failedShards }),
      interrupted: exitCode === 130,
      startedAt: suites.map(({ startedAt }) => startedAt).sort()[0] ?? first.startedAt,
      durationMs: Math.max(...reports.map(({ durationMs }) => durationMs)),
      bootMs: Math.max(...suites.map(({ bootMs }) => bootMs)),
      ...(clusters.length === 0 ? {} : { cluster: clusters.join(", ") }),
      stages: mergeStages(suites.flatMap(({ stages }) => stages)),
    },
  };
}

function indexOf({ shard }: JsonReport): number {
  return shard?.index ?? 0;
}

function toFailure({ shard, controlPlane, error }: JsonReport): NonNullable<SuiteResult["failedShards"]> {
  if (shard === undefined || error === undefined) return [];
  const what = controlPlane === null ? "could not start" : "could not clean up";
  return [{ shard, error: { code: error.code, message: `${what}: ${error.message}` } }];
}

// Each shard has applied all Stages.
function mergeStages(stages: readonly PlayedStage[]): PlayedStage[] {
  const groups = Map.groupBy(stages, ({ name, file, apiVersion, kind }) =>
    JSON.stringify([name, file, apiVersion, kind]),
  );
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const same = [first, ...others];
    const plays = same.reduce((sum, stage) => sum + stage.plays, 0);
    return [{ ...first, plays, problems: [...new Set(same.flatMap(({ problems }) => problems))] }];
  });
}

function noneStarted(exitCode: number, failures: NonNullable<SuiteResult["failedShards"]>): SeatrialError {
  const lines = failures.map(({ shard, error }) => `  ${formatShard(shard)} ${error.message.replaceAll("\n", "\n  ")}`);
  const message = ["merge-reports: no shard could start", ...lines].join("\n");
  return exitCode === 2 ? new UsageError(message) : new SeatrialError("SEATRIAL_NOT_CHECKED", message);
}
