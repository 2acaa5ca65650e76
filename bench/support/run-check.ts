import { join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import type { JsonReport } from "../../src/report/json.ts";

/** What to check, and with which seatrial. */
export interface CheckCommand {
  /** The directory of the checkout whose command runs. */
  root: string;
  enginePath: string;
  /** Paths and options. */
  args: readonly string[];
  /** @default the working directory */
  cwd?: string | undefined;
}

/** A run of `seatrial check`. */
export interface CheckRun {
  /** From the start of the process to its end, in milliseconds. */
  wallMs: number;
  report: JsonReport;
}

/** Runs `seatrial check`. Charts with findings are measured like any other; rejects when the run itself has failed. */
export async function runCheck({ root, enginePath, args, cwd }: CheckCommand): Promise<CheckRun> {
  await using state = await makeTempDir("seatrial-bench-");
  const env = { SEATRIAL_ENGINE: enginePath, SEATRIAL_STATE_DIR: state.path, SEATRIAL_REUSE: "" };
  const command = [join(root, "bin/seatrial.js"), "check", "--json", ...args];
  const startedAt = performance.now();
  const { exitCode, stdout, stderr } = await execa(process.execPath, command, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    reject: false,
    stdin: "ignore",
    maxBuffer: 1 << 30,
  });
  const wallMs = performance.now() - startedAt;
  const report = stdout.startsWith("{") ? (JSON.parse(stdout) as JsonReport) : undefined;
  if (report === undefined || report.trials.length === 0 || report.error !== undefined)
    throw new Error(`the check exited with ${exitCode}: ${report?.error?.message ?? stderr.slice(-2000)}`);
  return { wallMs, report };
}
