import type { ChartDiff, DiffResult } from "../../diff/diff-result.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import type { Style } from "../style.ts";
import { wrapTo } from "../text-width.ts";
import { caseLines } from "./case-lines.ts";
import { chartSource, chartTitle } from "./chart-title.ts";
import { diffSummary, diffTime, unchangedLine } from "./diff-summary.ts";
import { groupCases } from "./group-cases.ts";
import { renderLine } from "./render-line.ts";
import { renderStat } from "./render-stat.ts";

/** The comparison for people; with `isStat`, one line for each object. */
export function renderDiff(result: DiffResult, style: Style, width: number, { isStat = false } = {}): string[] {
  const shown = result.charts.filter(({ verdict }) => verdict !== "same");
  const charts = shown.flatMap((chart) => [
    `${style.bold(chartTitle(chart))} ${style.dim(`(${chartSource(chart)})`)}`,
    ...(isStat ? renderStat(chart, style, width) : renderChart(chart, style, width)),
    "",
  ]);
  const notes = [unchangedLine(result), ...result.notes.map((note) => `Note: ${toPrintableLine(note)}`)];
  const quiet = notes.filter((note) => note !== "").flatMap((note) => wrapTo(note, width));
  return [...charts, ...quiet.map(style.dim), `${diffSummary(result)} ${style.dim(`in ${diffTime(result)}`)}`];
}

function renderChart(chart: ChartDiff, style: Style, width: number): string[] {
  const groups = groupCases(chart);
  return groups.flatMap((group) => [
    // One case with the default values needs no name.
    ...(groups.length === 1 && chart.cases.length === 1 && group.names[0] === "default"
      ? []
      : [`  ${style.bold(group.names.map(toPrintableLine).join(", "))}`]),
    ...caseLines(group).flatMap((each) => renderLine(each, style, width)),
  ]);
}
