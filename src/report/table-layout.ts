import type { StepResult } from "../trial/trial-result.ts";

/** The text of the cells and how wide the columns are. */
export interface TableLayout {
  cellText(step: StepResult): string;
  gap: string;
  /** The width of the first column; names that do not fit into it get a line of their own. */
  caseWidth: number;
  /** The widths of the columns of one line: a row with more cells continues on the next line. */
  columnWidths: number[];
}

const minCaseWidth = 12;
// Each case name is on a line of its own, and its cells are indented.
const indentWidth = 2;
const longMs = 10_000;

/**
 * The widest layout that fits: columns move closer together, then long times are in seconds, then case names have own lines,
 * then rows are folded into two lines, then into three.
 */
export function layOutTable(
  names: readonly string[],
  rows: readonly (readonly StepResult[])[],
  longestName: number,
  width: number,
): TableLayout {
  const layouts = [
    { gap: "  ", cellText, lines: 1, caseMin: minCaseWidth },
    { gap: " ", cellText, lines: 1, caseMin: minCaseWidth },
    { gap: " ", cellText: shortCellText, lines: 1, caseMin: minCaseWidth },
    { gap: " ", cellText, lines: 1, caseMin: indentWidth },
    { gap: " ", cellText: shortCellText, lines: 1, caseMin: indentWidth },
    { gap: " ", cellText, lines: 2, caseMin: minCaseWidth },
    { gap: " ", cellText: shortCellText, lines: 2, caseMin: indentWidth },
    { gap: " ", cellText, lines: 3, caseMin: minCaseWidth },
    { gap: " ", cellText: shortCellText, lines: 3, caseMin: indentWidth },
  ].map((layout) => ({ ...layout, columnWidths: folded(columnWidths(names, rows, layout.cellText), layout.lines) }));
  const room = (layout: (typeof layouts)[number]) =>
    width - layout.columnWidths.reduce((sum, columnWidth) => sum + layout.gap.length + columnWidth, 0);
  const narrowest = layouts[layouts.length - 1] as (typeof layouts)[number];
  const { caseMin, ...layout } = layouts.find((each) => room(each) >= each.caseMin) ?? narrowest;
  const isOwnLine = caseMin < minCaseWidth;
  const caseWidth = isOwnLine
    ? indentWidth
    : Math.max(minCaseWidth, Math.min(longestName, room({ ...layout, caseMin })));
  return { ...layout, caseWidth };
}

function columnWidths(
  names: readonly string[],
  rows: readonly (readonly StepResult[])[],
  toText: (step: StepResult) => string,
): number[] {
  return names.map((name, index) =>
    Math.max(name.length, ...rows.map((steps) => (steps[index] === undefined ? 0 : toText(steps[index]).length))),
  );
}

// A column of a folded table is as wide as the widest of the columns below each other.
function folded(widths: readonly number[], lines: number): number[] {
  const perLine = Math.ceil(widths.length / lines);
  return Array.from({ length: perLine }, (_, column) =>
    Math.max(...widths.filter((_width, index) => index % perLine === column)),
  );
}

function cellText(step: StepResult): string {
  return withTime(step, `${Math.round(step.durationMs)}`);
}

function shortCellText(step: StepResult): string {
  const { durationMs } = step;
  return withTime(step, durationMs < longMs ? `${Math.round(durationMs)}` : `${Math.round(durationMs / 1000)}s`);
}

function withTime(step: StepResult, time: string): string {
  if (step.isAbsent === true) return "none";
  const word = cellWord(step);
  return step.verdict === "skipped" ? word : `${word} ${time}`;
}

function cellWord(step: StepResult): string {
  if (step.verdict === "passed") return step.findings.length > 0 ? "warn" : "ok";
  return { failed: "FAIL", errored: "ERROR", skipped: "not run" }[step.verdict];
}
