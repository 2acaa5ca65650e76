import { type FailedRun, toJsonFailure, toJsonReport } from "../../report/json.ts";
import { toJunit, toJunitFailure } from "../../report/junit.ts";
import { renderReport } from "../../report/render-report.ts";
import type { Shard } from "../../trial/shard/shard.ts";
import { toTrialError } from "../../trial/step-runner.ts";
import type { SuiteResult } from "../../trial/trial-result.ts";
import { exitCodeOfError, exitCodes } from "../exit-code.ts";
import { checkReportFile, writeReportFile } from "../report-file.ts";
import { type Terminal, writeLines } from "../terminal.ts";

/** The options that say which reports a command writes. */
export interface ReportOptions {
  json?: boolean;
  junit?: string;
}

/** A run that has ended, and its exit code. */
export interface EndedRun {
  suite: SuiteResult;
  exitCode: number;
}

/**
 * Does the run, writes its reports and resolves with the exit code. With `--json` or `--junit`, an error that prevents the run
 * becomes a report, too. `shardOf` names the shard in that report.
 */
export async function reportRun(
  { json, junit: file }: ReportOptions,
  terminal: Terminal,
  run: () => Promise<EndedRun>,
  shardOf: () => Shard | undefined = () => undefined,
): Promise<number> {
  const startedMs = performance.now();
  let junit: string | undefined;
  let ended: EndedRun;
  try {
    if (file !== undefined) await checkReportFile("--junit", file);
    junit = file;
    ended = await run();
  } catch (error) {
    const durationMs = performance.now() - startedMs;
    const startedAt = new Date(Date.now() - durationMs).toISOString();
    const failed: FailedRun = { exitCode: exitCodeOfError(error), startedAt, durationMs, shard: shardOf() };
    await writeJunit(junit, toJunitFailure(toTrialError(error), startedAt, durationMs));
    if (json !== true) throw error;
    await writeLines(process.stdout, [JSON.stringify(toJsonFailure(toTrialError(error), failed), null, 2)]);
    return failed.exitCode;
  }
  const { suite } = ended;
  const isWritten = await writeJunit(junit, toJunit(suite));
  const exitCode = isWritten ? ended.exitCode : exitCodes.couldNotCheck;
  const { style, width } = terminal;
  const lines = json === true ? [JSON.stringify(toJsonReport(suite, exitCode), null, 2)] : undefined;
  await writeLines(process.stdout, lines ?? renderReport(suite, style, width));
  return exitCode;
}

/** Resolves with false, after a message, when the file could not be written. The other reports follow in any case. */
async function writeJunit(file: string | undefined, text: string): Promise<boolean> {
  if (file === undefined) return true;
  try {
    await writeReportFile("--junit", file, text);
    return true;
  } catch (error) {
    await writeLines(process.stderr, [`error: ${(error as Error).message}`]);
    return false;
  }
}
