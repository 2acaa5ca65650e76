import { formatYaml } from "../../chart/yaml.ts";
import type { FieldDiff } from "../../diff/diff-result.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import { type DiffLine, line } from "./diff-line.ts";
import { textHunks } from "./text-hunks.ts";

// Longer values stand on lines of their own, and much longer values are cut.
const MAX_INLINE = 60;
const MAX_VALUE = 400;
const MAX_LINES = 60;

/** The lines of a field that differs: the values on one line if they are short, else the lines that differ. */
export function fieldLines(change: FieldDiff, depth: number): DiffLine[] {
  const { before, after, mark } = change;
  const field = toPrintableLine(change.field);
  if (mark === "checksum") return [line("~", depth, `${field}: a checksum that follows`)];
  const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
  if (isLong(before) || isLong(after)) {
    const lines = textHunks(toText(before), toText(after), depth + 1);
    // Both texts end alike for people: only a line break at the end differs.
    const shown = lines.length > 0 ? lines : [line(" ", depth + 1, "a line break at the end")];
    return [line(sign, depth, `${field}:`), ...cut(shown, depth + 1)];
  }
  const [older, newer] = [before, after].map(toInline);
  if (sign !== "~") return [line(sign, depth, `${field}: ${sign === "+" ? newer : older}`)];
  if ((older?.length ?? 0) + (newer?.length ?? 0) <= 2 * MAX_INLINE)
    return [line("~", depth, `${field}: ${older} → ${newer}`)];
  return [line("~", depth, `${field}:`), line("-", depth + 1, older ?? ""), line("+", depth + 1, newer ?? "")];
}

// Texts of several lines, and mappings and lists with content.
function isLong(value: unknown): boolean {
  if (typeof value === "string") return value.trimEnd().includes("\n");
  return typeof value === "object" && value !== null && JSON.stringify(value).length > MAX_INLINE;
}

function toText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : formatYaml(value);
}

function toInline(value: unknown): string {
  if (value === undefined) return "";
  // A mask is not a text of the chart.
  const text = value === "***" ? "***" : JSON.stringify(value);
  const shown = text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}… (${text.length} characters)`;
  return toPrintableLine(shown);
}

function cut(lines: readonly DiffLine[], depth: number): DiffLine[] {
  if (lines.length <= MAX_LINES) return [...lines];
  return [...lines.slice(0, MAX_LINES), line(" ", depth, `… ${lines.length - MAX_LINES} more lines`)];
}
