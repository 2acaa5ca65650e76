import { formatDuration } from "../../util/duration.ts";
import { toPrintableLabel, toPrintableLine, toPrintableMessage, toPrintableResult } from "../../util/text/printable.ts";
import type { ChartValues, ValuesResult } from "../../values/values-result.ts";
import { findingLines } from "../findings/findings.ts";
import type { Style } from "../style.ts";
import { plural } from "../summary.ts";
import { wrapTo } from "../text-width.ts";

/** What is wrong with the values of charts, for people. */
export function renderValues(result: ValuesResult, style: Style, width: number): string[] {
  const charts = result.charts.flatMap((chart) => renderChart(toPrintableResult(chart), style, width));
  const notes = [...result.notes, ...result.charts.flatMap((chart) => chart.notes)];
  const allowed = result.charts.flatMap((chart) => chart.allowed);
  return [
    ...charts,
    ...notes.flatMap((note) => wrapTo(`Note: ${toPrintableLine(note)}`, width)).map(style.dim),
    ...(allowed.length === 0 ? [] : [`Allowed: ${plural(allowed.length, "finding")}`]),
    `${summary(result)} ${style.dim(`in ${formatDuration(result.durationMs)}`)}`,
  ];
}

function renderChart({ chart, cases, findings }: ChartValues, style: Style, width: number): string[] {
  const errored = cases.filter(({ error }) => error !== undefined);
  if (findings.length + errored.length === 0) return [];
  const title = chart.version === "" ? chart.name : `${chart.name} ${chart.version}`;
  const errors = Map.groupBy(errored, ({ error }) => error?.message ?? "");
  return [
    `${style.bold(toPrintableLabel(title))} ${style.dim(`(${chart.path})`)}`,
    ...[...errors].flatMap(([message, same]) => [
      `  ${style.bad("could not check")}  ${same.map(({ name }) => name).join(", ")}`,
      ...toPrintableMessage(message)
        .split("\n")
        .map((line) => `    ${line}`),
    ]),
    ...findings.flatMap((finding) =>
      findingLines({ finding, steps: [], occurrences: new Map() }, new Map(), style, width),
    ),
    "",
  ];
}

function summary({ charts }: ValuesResult): string {
  const findings = charts.flatMap((chart) => chart.findings);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const errored = charts.filter(({ verdict }) => verdict === "errored").length;
  const judged = charts.length - errored - charts.filter(({ verdict }) => verdict === "skipped").length;
  return [
    `Values of ${plural(judged, "chart")}: ${plural(errors, "error")}, ${plural(findings.length - errors, "warning")}`,
    ...(errored === 0 ? [] : [`${plural(errored, "chart")} could not be checked`]),
  ].join(", ");
}
