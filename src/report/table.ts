import { isStarted, type StepResult, type TrialResult } from "../trial/trial-result.ts";
import { toPrintableLabel, toPrintableResult } from "../util/text/printable.ts";
import { caseLabel } from "./case-label.ts";
import { makeChartLabel } from "./chart-label.ts";
import type { Style } from "./style.ts";
import { plural } from "./summary.ts";
import { layOutTable } from "./table-layout.ts";
import { padTo, shortenTo, textWidth } from "./text-width.ts";

const unit = "times in ms";

/**
 * The table of a run: a heading for each chart and below it one row for each case, with a cell for each step. A cell reads
 * `ok`, `warn`, `FAIL` or `ERROR` with milliseconds, `not run`, or `none` when the chart has nothing for the step. A case name
 * is followed by the Pod Security level of its Pods, when one was asked for. A name that does not fit into `width` columns gets a line of its own; where that is not enough, times of ten seconds and more are in
 * seconds, and a row continues on a second and a third line. The last line counts the cases that were never started.
 */
export function renderTable(all: readonly TrialResult[], style: Style, width = Number.POSITIVE_INFINITY): string[] {
  const trials = toPrintableResult(all.filter(isStarted));
  const waiting = all.length - trials.length;
  const rest = waiting === 0 ? [] : [style.warn(`and ${plural(waiting, "case")} not started`)];
  if (trials.length === 0) return rest;
  const longestName = Math.max(...trials.map((trial) => 2 + textWidth(rowLabel(trial))));
  const rows = trials.map(({ steps }) => steps);
  const names = (trials[0]?.steps ?? []).map(({ name }) => name);
  const { cellText, gap, caseWidth, columnWidths } = layOutTable(names, rows, longestName, width);
  const join = (first: string, cells: readonly string[]) => {
    const fits = textWidth(first) <= caseWidth;
    const folded = fold(cells, columnWidths.length).map((line, index) =>
      joinRow([fits && index === 0 ? first : "", ...line], [caseWidth, ...columnWidths], gap),
    );
    return fits ? folded : [shortenTo(first, width), ...folded];
  };

  const lines = join(unit, names).map(style.dim);
  const labelOf = makeChartLabel(all);
  let heading: string | undefined;
  for (const trial of trials) {
    if (trial.chart.path !== heading) {
      heading = trial.chart.path;
      lines.push(style.bold(shortenTo(toPrintableLabel(labelOf(trial.chart)), width)));
    }
    const cells = trial.steps.map((step) => paintCell(cellText(step), step, style));
    lines.push(...join(`  ${rowLabel(trial)}`, cells));
  }
  return [...lines, ...rest];
}

// `default [baseline]`
function rowLabel(trial: TrialResult): string {
  const label = caseLabel(trial);
  return trial.podSecurity === undefined ? label : `${label} [${trial.podSecurity.level}]`;
}

function fold(cells: readonly string[], perLine: number): string[][] {
  const count = Math.ceil(cells.length / perLine);
  return Array.from({ length: count }, (_, line) => cells.slice(line * perLine, (line + 1) * perLine));
}

function joinRow(cells: readonly string[], widths: readonly number[], gap: string): string {
  const row = cells.map((cell, index) => padTo(cell, widths[index] ?? textWidth(cell))).join(gap);
  return row.trimEnd();
}

function paintCell(cell: string, step: StepResult, style: Style): string {
  switch (step.verdict) {
    case "passed":
      return step.findings.length > 0 ? style.warn(cell) : style.good(cell);
    case "failed":
    case "errored":
      return style.bad(cell);
    default:
      return style.dim(cell);
  }
}
