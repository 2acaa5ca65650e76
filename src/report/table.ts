import { isStarted, type StepResult, stepNames, type TrialResult } from "../trial/trial-result.ts";
import { toPrintableLabel, toPrintableResult } from "../util/printable.ts";
import type { Style } from "./style.ts";
import { plural } from "./summary.ts";
import { padTo, textWidth } from "./text-width.ts";

const minCaseWidth = 12;

/**
 * The table of a run: a heading for each chart and below it one row for each case, with a cell for each step. A cell reads
 * `ok`, `warn`, `FAIL` or `ERROR` with milliseconds, `not run`, or `none` when the chart has nothing for the step. A case name
 * that does not fit into `width` columns gets a line of its own. The last line counts the cases that were never started.
 */
export function renderTable(all: readonly TrialResult[], style: Style, width = Number.POSITIVE_INFINITY): string[] {
  const trials = toPrintableResult(all.filter(isStarted));
  const waiting = all.length - trials.length;
  const rest = waiting === 0 ? [] : [style.warn(`and ${plural(waiting, "case")} not started`)];
  if (trials.length === 0) return rest;
  const rows = trials.map((trial) => ({ trial, cells: trial.steps.map(cellText) }));
  const columnWidths = stepNames.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => row.cells[index]?.length ?? 0)),
  );
  const widthWith = (gap: string) => columnWidths.reduce((sum, columnWidth) => sum + gap.length + columnWidth, 0);
  // With times of seconds in all steps, the columns would be wider than a terminal of 80.
  const gap = minCaseWidth + widthWith("  ") <= width ? "  " : " ";
  const longestCase = Math.max(...trials.map((trial) => 2 + textWidth(trial.case.name)));
  const caseWidth = Math.max(minCaseWidth, Math.min(longestCase, width - widthWith(gap)));

  const lines = [style.dim(joinRow(["times in ms", ...stepNames], [caseWidth, ...columnWidths], gap))];
  let heading: string | undefined;
  for (const { trial, cells } of rows) {
    if (trial.chart.path !== heading) {
      heading = trial.chart.path;
      lines.push(style.bold(toPrintableLabel(chartLabel(trial))));
    }
    const painted = cells.map((cell, index) => paintCell(cell, trial.steps[index], style));
    const name = `  ${trial.case.name}`;
    const fits = textWidth(name) <= caseWidth;
    if (!fits) lines.push(name);
    lines.push(joinRow([fits ? name : "", ...painted], [caseWidth, ...columnWidths], gap));
  }
  return [...lines, ...rest];
}

function chartLabel({ chart }: TrialResult): string {
  return chart.version === "" ? chart.name : `${chart.name} ${chart.version}`;
}

function joinRow(cells: readonly string[], widths: readonly number[], gap: string): string {
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
