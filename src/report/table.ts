import { isStarted, type StepResult, stepNames, type TrialResult } from "../trial/trial-result.ts";
import { padTo, type Style, textWidth } from "./style.ts";
import { plural } from "./summary.ts";

const gap = "  ";
const minCaseWidth = 12;

/**
 * The table chart × step of a run, one line each: a heading line for each chart, below it its cases. A cell reads `ok`,
 * `warn`, `FAIL` or `ERROR` with milliseconds, or `not run`, or `none` when the chart has nothing for the step. A case name that does not fit into `width` columns has a line of
 * its own. Cases that were never started are counted in the last line.
 */
export function renderTable(all: readonly TrialResult[], style: Style, width = Number.POSITIVE_INFINITY): string[] {
  const trials = all.filter(isStarted);
  const waiting = all.length - trials.length;
  const rest = waiting === 0 ? [] : [style.warn(`and ${plural(waiting, "case")} not started`)];
  if (trials.length === 0) return rest;
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
    const name = `  ${trial.case.name}`;
    if (name.length > caseWidth) lines.push(name);
    lines.push(joinRow([name.length > caseWidth ? "" : name, ...painted], [caseWidth, ...columnWidths]));
  }
  return [...lines, ...rest];
}

function chartLabel({ chart }: TrialResult): string {
  return chart.version === "" ? chart.name : `${chart.name} ${chart.version}`;
}

function joinRow(cells: readonly string[], widths: readonly number[]): string {
  const row = cells.map((cell, index) => padTo(cell, widths[index] ?? textWidth(cell))).join(gap);
  return row.trimEnd();
}

function cellText(step: StepResult): string {
  if (step.isAbsent === true) return "none";
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
