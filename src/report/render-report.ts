import type { SuiteResult } from "../trial/trial-result.ts";
import { renderFindings } from "./findings/findings.ts";
import type { Style } from "./style.ts";
import { renderSummary } from "./summary.ts";
import { renderTable } from "./table.ts";

/** The report of a run for people: table, findings, summary. */
export function renderReport(suite: SuiteResult, style: Style, width: number): string[] {
  const summary = renderSummary(suite, style, width);
  if (suite.isUnchanged === true) return summary;
  const findings = renderFindings(suite.trials, style, width);
  return [
    "",
    ...renderTable(suite.trials, style, width),
    ...(findings.length === 0 ? [] : ["", ...findings]),
    "",
    ...summary,
  ];
}
