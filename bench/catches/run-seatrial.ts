import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import type { JsonValues } from "../../src/report/inputs/json-values.ts";
import type { JsonReport, JsonTrial } from "../../src/report/json.ts";
import { packageRoot } from "../../src/util/package-root.ts";
import type { SeatrialReport } from "./judge-trial.ts";

/** One call of seatrial. */
export interface SeatrialCall {
  command: "check" | "values";
  args: readonly string[];
  /** Directories of charts. */
  paths: readonly string[];
}

/** What a call has reported, by the directory of the chart. */
export interface SeatrialRun {
  reports: Map<string, SeatrialReport>;
  durationMs: number;
}

/** Calls seatrial as users do, with an engine, and reads its JSON report. Throws if the run as a whole could not be done. */
export async function runSeatrial(
  { command, args, paths }: SeatrialCall,
  dir: string,
  enginePath: string,
): Promise<SeatrialRun> {
  const state = join(dir, "state");
  await mkdir(state, { recursive: true });
  const env = { SEATRIAL_ENGINE: enginePath, SEATRIAL_STATE_DIR: state, SEATRIAL_REUSE: "" };
  const line = [join(packageRoot, "bin", "seatrial.js"), command, ...paths, ...args, "--json"];
  const startedAt = performance.now();
  const { stdout, stderr, exitCode } = await execa(process.execPath, line, {
    cwd: dir,
    env,
    reject: false,
    stdin: "ignore",
    maxBuffer: 500_000_000,
  });
  const durationMs = performance.now() - startedAt;
  const report = JSON.parse(stdout === "" ? "{}" : stdout) as JsonReport | JsonValues;
  const entries = "trials" in report ? readTrials(report, dir) : "charts" in report ? readCharts(report, dir) : [];
  const reports = new Map(entries);
  if (reports.size === 0) {
    const why = "error" in report ? report.error?.message : "";
    throw new Error(`seatrial ${command} exited with ${exitCode} and did not report on any chart:\n${why}\n${stderr}`);
  }
  for (const path of paths.filter((one) => !reports.has(resolve(dir, one)))) {
    console.error(`seatrial ${command} did not report on ${path}`);
    const errors = ["it is not in the report"];
    reports.set(resolve(dir, path), { verdict: "errored", findings: [], rights: [], errors });
  }
  return { reports, durationMs };
}

function readTrials({ trials }: JsonReport, dir: string): [string, SeatrialReport][] {
  const byPath = Map.groupBy(trials, ({ chart }) => resolve(dir, chart.path));
  return [...byPath].map(([path, own]) => [path, merge(own)]);
}

// A chart has several trials with several versions or cases.
function merge(trials: readonly JsonTrial[]): SeatrialReport {
  const verdicts = trials.map(({ verdict }) => verdict);
  const verdict =
    (["errored", "failed", "skipped", "passed"] as const).find((one) => verdicts.includes(one)) ?? "passed";
  return {
    verdict: verdict === "skipped" && verdicts.includes("passed") ? "passed" : verdict,
    findings: trials.flatMap(({ findings }) => findings),
    rights: trials.flatMap(({ rights = [] }) => rights),
    errors: trials.flatMap(({ steps }) => steps.flatMap(({ error }) => (error === undefined ? [] : [error.message]))),
  };
}

function readCharts({ charts }: JsonValues, dir: string): [string, SeatrialReport][] {
  return charts.map(({ chart, verdict, findings, cases }) => {
    const errors = cases.flatMap(({ error }) => (error === undefined ? [] : [error.message]));
    return [resolve(dir, chart.path), { verdict, findings, rights: [], errors }];
  });
}
