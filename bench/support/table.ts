import type { ContestRow } from "./contest.ts";

/** The result of a benchmark. */
export interface Report {
  title: string;
  /** Remarks about the comparison and about what the figures leave out. */
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

/** The figures of a contest, with each median also as a multiple of that of the first row. */
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

/** Milliseconds with about three digits. */
export function formatMs(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0)} ms`;
}
