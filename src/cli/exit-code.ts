import { CommanderError } from "commander";
import type { DiffResult } from "../diff/diff-result.ts";
import { userErrorCodes } from "../errors/codes.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { SuiteResult } from "../trial/trial-result.ts";
import type { Verdict } from "../trial/verdict.ts";
import { toReportedError } from "../util/reported-error.ts";

/** The exit codes of seatrial. */
export const exitCodes = {
  /** Every chart passed, or the command succeeded. */
  passed: 0,
  /** A chart is wrong. */
  failed: 1,
  /** The command line is wrong, or there is nothing to check. */
  usage: 2,
  /** Could not check: no engine, no control plane, a bug in seatrial. Says nothing about the charts. */
  couldNotCheck: 3,
  /** Interrupted by Ctrl-C, SIGTERM or SIGHUP. */
  interrupted: 130,
} as const;

/** The exit code of a run of `seatrial check`. One trial that could not be checked outweighs failed ones. */
export function exitCodeOfSuite(suite: SuiteResult): number {
  if (suite.interrupted) return exitCodes.interrupted;
  if (suite.isUnchanged === true) return exitCodes.passed;
  return {
    passed: exitCodes.passed,
    failed: exitCodes.failed,
    errored: exitCodes.couldNotCheck,
    // Only an interrupted run, which returns above, can have skipped trials without a failed one.
    skipped: exitCodes.couldNotCheck,
  }[suite.verdict];
}

/** The exit code of a command that judges charts. */
export function exitCodeOfVerdict(verdict: Verdict): number {
  return {
    passed: exitCodes.passed,
    skipped: exitCodes.passed,
    failed: exitCodes.failed,
    errored: exitCodes.couldNotCheck,
  }[verdict];
}

/** The exit code of `seatrial diff`, as that of `diff`: a chart that could not be checked outweighs differences. */
export function exitCodeOfDiff({ verdict }: DiffResult): number {
  return { same: exitCodes.passed, differs: exitCodes.failed, errored: exitCodes.couldNotCheck }[verdict];
}

/** The exit code of a command that ended with an error. */
export function exitCodeOfError(thrown: unknown): number {
  const error = toReportedError(thrown);
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage;
  if (!(error instanceof SeatrialError)) return exitCodes.couldNotCheck;
  if (error.code === "SEATRIAL_CANCELLED") return exitCodes.interrupted;
  const isUsers = (userErrorCodes as readonly string[]).includes(error.code);
  return isUsers ? exitCodes.usage : exitCodes.couldNotCheck;
}
