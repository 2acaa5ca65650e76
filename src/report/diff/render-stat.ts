import type { CaseDiff, ChartDiff, FieldDiff, ObjectDiff } from "../../diff/diff-result.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import type { Style } from "../style.ts";
import { padTo, shortenTo, textWidth } from "../text-width.ts";
import { caseLines } from "./case-lines.ts";
import { groupCases } from "./group-cases.ts";
import { effectsOf, isOnlyVersion, objectTitle } from "./object-lines.ts";
import { renderLine } from "./render-line.ts";

const MAX_SIGNS = 20;
const MIN_TITLE = 20;

interface Row {
  title: string;
  cell: string;
}

/** A chart as `git diff --stat` shows files: one line for each object, with the number of fields that differ. */
export function renderStat(chart: ChartDiff, style: Style, width: number): string[] {
  const groups = groupCases(chart);
  return groups.flatMap((group) => {
    const { shown, names, repeatedCount } = group;
    const heading =
      chart.cases.length === 1 && names[0] === "default"
        ? []
        : [`  ${style.bold(names.map(toPrintableLine).join(", "))}`];
    if (shown.error !== undefined || shown.reason !== undefined) {
      return [...heading, ...caseLines(group).flatMap((each) => renderLine(each, style, width))];
    }
    const more =
      repeatedCount === 0 ? [] : [`    ${repeatedCount} more ${repeatedCount === 1 ? "object" : "objects"} as above`];
    return [...heading, ...renderRows(rowsOf(shown, style), width), ...more];
  });
}

function rowsOf({ objects, notes, stored }: CaseDiff, style: Style): Row[] {
  const storedRows =
    stored === undefined
      ? []
      : [
          ...stored.refused.map(
            ({ object, field }): Row => ({
              title: object === undefined ? "" : `${object.kind} ${object.name}`,
              cell: style.bad(`refused ${toPrintableLine(field ?? "")}`.trim()),
            }),
          ),
          ...objectRows(stored.objects, style).map(({ title, cell }) => ({ title: `stored ${title}`, cell })),
        ];
  return [
    ...objectRows(objects, style),
    ...(notes === undefined ? [] : [{ title: "NOTES.txt", cell: style.warn("changed") }]),
    ...storedRows,
  ];
}

function objectRows(objects: readonly ObjectDiff[], style: Style): Row[] {
  const versions = objects.filter(isOnlyVersion);
  const rows = objects
    .filter((object) => !isOnlyVersion(object))
    .map((object): Row => {
      return { title: objectTitle(object), cell: [cellOf(object, style), ...effectsOf(object)].join("  ") };
    });
  const count = versions.length === 1 ? "1 object" : `${versions.length} objects`;
  return versions.length === 0 ? rows : [...rows, { title: count, cell: style.dim("version labels only") }];
}

function cellOf({ change, fields }: ObjectDiff, style: Style): string {
  if (change === "added") return style.good("added");
  if (change === "removed") return style.bad("removed");
  const counted = fields.filter(({ mark }) => mark !== "version");
  const signs = counted
    .slice(0, MAX_SIGNS)
    .map((field) => signOf(field, style))
    .join("");
  const more = counted.length > MAX_SIGNS ? "…" : "";
  return `${change === "renamed" ? "renamed  " : ""}${counted.length} ${signs}${more}`.trim();
}

function signOf({ before, after }: FieldDiff, style: Style): string {
  if (before === undefined) return style.good("+");
  return after === undefined ? style.bad("-") : style.warn("~");
}

function renderRows(rows: readonly Row[], width: number): string[] {
  const cells = rows.map(({ cell }) => textWidth(cell));
  const room = Math.max(MIN_TITLE, width - 4 - 3 - Math.max(0, ...cells));
  const titleWidth = Math.min(room, Math.max(0, ...rows.map(({ title }) => textWidth(title))));
  return rows.map(({ title, cell }) => `    ${padTo(shortenTo(title, titleWidth), titleWidth)} | ${cell}`);
}
