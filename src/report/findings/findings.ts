import type { Finding } from "../../findings/finding.ts";
import type { TrialResult } from "../../trial/trial-result.ts";
import { toPrintableLabel, toPrintableResult } from "../../util/text/printable.ts";
import type { Style } from "../style.ts";
import { padTo, wrapTo } from "../text-width.ts";
import { type ChartFindings, type ErrorGroup, type FindingGroup, groupFindings } from "./group-findings.ts";
import { type Occurrences, occurrenceLabels } from "./occurrences.ts";

const labelWidth = 9;
const indent = " ".repeat(4);

/** All findings, chart by chart: severity, step, object, field, message, reason, template line, cases, hint. */
export function renderFindings(trials: readonly TrialResult[], style: Style, width: number): string[] {
  const shown = new Set<string>();
  return groupFindings(toPrintableResult(trials)).flatMap((chart, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderChart(chart, style, width, shown),
  ]);
}

function renderChart(found: ChartFindings, style: Style, width: number, shown: Set<string>): string[] {
  const { chart } = found;
  const name = chart.version === "" ? chart.name : `${chart.name} ${chart.version}`;
  return [
    `${style.bold(toPrintableLabel(name))} ${style.dim(`(${chart.path})`)}`,
    ...found.errors.flatMap((group) => renderError(group, found.occurrences, style, width, shown)),
    ...found.findings.flatMap((group) => findingLines(group, found.occurrences, style, width)),
  ];
}

/** The lines of one finding; its texts can be printed. `all` are all cases of the chart; cases that are all are not listed. */
export function findingLines(group: FindingGroup, all: Occurrences, style: Style, width: number): string[] {
  const { finding } = group;
  const severity = finding.severity === "error" ? style.bad("error") : style.warn("warning");
  const heading = [severity, group.steps.join(", "), objectLabel(finding.object)]
    .filter((part) => part !== "")
    .join("  ");
  return [
    `  ${heading}`,
    ...field("field", finding.field, style, width),
    ...field("message", finding.message, style, width),
    ...field("reason", finding.reason, style, width),
    ...field("at", location(finding), style, width),
    ...(finding.notes ?? []).flatMap((note) => field("note", note, style, width)),
    ...where(group.occurrences, all, style, width),
    ...field("hint", finding.hint, style, width),
  ];
}

// An engine that ends fails all trials in progress with the same long message, whose details are shown once.
function renderError(
  { step, error, occurrences }: ErrorGroup,
  all: Occurrences,
  style: Style,
  width: number,
  shown: Set<string>,
): string[] {
  const message = shown.has(error.message) ? error.message.split("\n")[0] : error.message;
  shown.add(error.message);
  return [
    `  ${style.bad("could not check")}  ${step}`,
    ...field("message", message, style, width),
    ...field("code", error.code, style, width),
    ...where(occurrences, all, style, width),
  ];
}

/** The object as people write it: `Deployment web`, `ConfigMap kube-system/settings`; empty without an object. */
export function objectLabel(object: Finding["object"]): string {
  if (object === undefined) return "";
  return `${object.kind} ${object.namespace === undefined ? "" : `${object.namespace}/`}${object.name}`;
}

/** The position in the chart: `web/templates/service.yaml:12`; `undefined` when it is not known. */
export function location(finding: Finding): string | undefined {
  if (finding.template === undefined) return undefined;
  return finding.line === undefined ? finding.template : `${finding.template}:${finding.line}`;
}

function where(found: Occurrences, all: Occurrences, style: Style, width: number): string[] {
  const { cases, versions } = occurrenceLabels(found, all);
  return [...field("cases", cases, style, width), ...field("versions", versions, style, width)];
}

function field(label: string, value: string | undefined, style: Style, width: number): string[] {
  if (value === undefined || value === "") return [];
  const lines = wrapTo(value, Math.max(40, width - indent.length - labelWidth));
  return lines.map((line, index) => {
    const head = padTo(index === 0 ? style.dim(label) : "", labelWidth);
    return `${indent}${head}${line}`.trimEnd();
  });
}
