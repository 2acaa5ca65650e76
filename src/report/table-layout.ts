import { type StepResult, stepNames } from "../trial/trial-result.ts";

/** The text of the cells and how wide the columns are. */
export interface TableLayout {
  cellText(step: StepResult): string;
  gap: string;
  /** The width of the first column; names that do not fit into it get a line of their own. */
  caseWidth: number;
  columnWidths: number[];
}

const minCaseWidth = 12;
// Each case name is on a line of its own, and its cells are indented.
const indentWidth = 2;
const longMs = 10_000;

/** The widest layout that fits: columns move closer together, then long times are in seconds, then case names have own lines. */
export function layOutTable(rows: readonly (readonly StepResult[])[], longestName: number, width: number): TableLayout {
  const layouts = [
    { gap: "  ", cellText },
    { gap: " ", cellText },
    { gap: " ", cellText: shortCellText },
  ].map((layout) => ({ ...layout, columnWidths: columnWidths(rows, layout.cellText) }));
  const room = (layout: (typeof layouts)[number]) =>
    width - layout.columnWidths.reduce((sum, columnWidth) => sum + layout.gap.length + columnWidth, 0);
  const narrowest = layouts[layouts.length - 1] as (typeof layouts)[number];
  const layout = layouts.find((each) => room(each) >= minCaseWidth);
  if (layout === undefined) return { ...narrowest, caseWidth: indentWidth };
  return { ...layout, caseWidth: Math.max(minCaseWidth, Math.min(longestName, room(layout))) };
}

function columnWidths(rows: readonly (readonly StepResult[])[], toText: (step: StepResult) => string): number[] {
  return stepNames.map((name, index) =>
    Math.max(name.length, ...rows.map((steps) => (steps[index] === undefined ? 0 : toText(steps[index]).length))),
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
