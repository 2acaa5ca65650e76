import { type StepResult, stepNames, type TrialResult } from "../trial/trial-result.ts";
import { padTo, type Style, shortenTo, textWidth } from "./style.ts";

const gap = "  ";
const minCaseWidth = 12;

/**
 * The table chart × step of a run, one line each: a heading line for each chart, below it its cases. A cell reads `ok`,
 * `warn`, `FAIL` or `ERROR` with milliseconds, or `not run`. Case names are shortened to fit `width` columns.
 */
export function renderTable(trials: readonly TrialResult[], style: Style, width = Number.POSITIVE_INFINITY): string[] {
  if (trials.length === 0) return [];
  const rows = trials.map((trial) => ({ trial, cells: trial.steps.map(cellText) }));
  const columnWidths = stepNames.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => row.cells[index]?.length ?? 0)),
  );
  const cellsWidth = columnWidths.reduce((sum, columnWidth) => sum + gap.length + columnWidth, 0);
  const longestCase = Math.max(...trials.map((trial) => 2 + trial.case.name.length));
  const caseWidth = Math.max(minCaseWidth, Math.min(longestCase, width - cellsWidth));

  const lines = [style.dim(joinRow(["times in ms", ...stepNames], [caseWidth, ...columnWidths]))];
  let heading: string | undefined;
  for (const { trial, cells } of rows) {
    if (trial.chart.path !== heading) {
      heading = trial.chart.path;
      lines.push(style.bold(chartLabel(trial)));
    }
    const painted = cells.map((cell, index) => paintCell(cell, trial.steps[index], style));
    lines.push(joinRow([`  ${shortenTo(trial.case.name, caseWidth - 2)}`, ...painted], [caseWidth, ...columnWidths]));
  }
  return lines;
}

function chartLabel({ chart }: TrialResult): string {
  return chart.version === "" ? chart.name : `${chart.name} ${chart.version}`;
}

function joinRow(cells: readonly string[], widths: readonly number[]): string {
  const row = cells.map((cell, index) => padTo(cell, widths[index] ?? textWidth(cell))).join(gap);
  return row.trimEnd();
}

function cellText(step: StepResult): string {
  const word = cellWord(step);
  return step.verdict === "skipped" ? word : `${word} ${Math.round(step.durationMs)}`;
}

function cellWord(step: StepResult): string {
  if (step.verdict === "passed") return step.findings.length > 0 ? "warn" : "ok";
  return { failed: "FAIL", errored: "ERROR", skipped: "not run" }[step.verdict];
}

function paintCell(cell: string, step: StepResult | undefined, style: Style): string {
  switch (step?.verdict) {
    case "passed":
      return step.findings.length > 0 ? style.warn(cell) : style.good(cell);
    case "failed":
    case "errored":
      return style.bad(cell);
    default:
      return style.dim(cell);
  }
}
