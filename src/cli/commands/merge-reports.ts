import { mergeReports as merge } from "../../report/merged/merge-reports.ts";
import { readJsonReport } from "../../report/merged/read-json-report.ts";
import type { GlobalOptions } from "../global-options.ts";
import { openTerminal } from "../terminal.ts";
import { type ReportOptions, reportRun } from "./report-run.ts";

/** Puts the JSON reports of all shards of a run together, reports the whole run and resolves with its exit code. */
export function mergeReports(files: readonly string[], options: ReportOptions & GlobalOptions): Promise<number> {
  const terminal = openTerminal(options.json === true ? process.stderr : process.stdout, options.color);
  return reportRun(options, terminal, async () =>
    merge(await Promise.all(files.map((file) => readJsonReport("merge-reports", file)))),
  );
}
