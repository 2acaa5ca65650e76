import type { ContestRow } from "./contest.ts";

/** A benchmark's result. */
export interface Report {
  title: string;
  /** What was compared and what the figures leave out. */
  notes: string[];
  /** A Markdown table. */
  table: string;
}

/** A Markdown table; columns after the first are figures. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** The figures of a contest; each median also as a multiple of the first row's. */
export function contestTable(rows: readonly ContestRow[]): string {
  const reference = rows[0]?.median ?? Number.NaN;
  return markdownTable(
    ["", "median", "min", "max", "ratio"],
    rows.map(({ name, median, min, max }) => [
      name,
      ...[median, min, max].map(formatMs),
      `${(median / reference).toFixed(1)} ×`,
    ]),
  );
}

/** Milliseconds with three digits or so. */
export function formatMs(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0)} ms`;
}
