import type { ChartDiff, DiffResult } from "../../diff/diff-result.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import { caseLines } from "./case-lines.ts";
import { chartSource, chartTitle } from "./chart-title.ts";
import type { DiffLine, Sign } from "./diff-line.ts";
import { diffSummary, unchangedLine } from "./diff-summary.ts";
import { groupCases } from "./group-cases.ts";

/** GitHub takes 65,536 characters in a comment. */
export const MAX_MARKDOWN_BYTES = 60_000;

// The signs that GitHub colours in a block of the language diff.
const signs: Record<Sign, string> = { "+": "+", "-": "-", "~": "!", " ": " " };
const CUT = "… cut: `seatrial diff` in a terminal or with `--json` shows the rest";

/**
 * The comparison as Markdown for a comment on a pull request: one folded part for each chart, at most 60,000 bytes. What did not
 * fit is named.
 */
export function toMarkdown(result: DiffResult): string {
  const shown = result.charts.filter(({ verdict }) => verdict !== "same");
  const head = `### seatrial diff\n\n${escapeText(diffSummary(result))}\n`;
  const foot = [unchangedLine(result), ...result.notes].filter((text) => text !== "");
  const tail = foot.map((text) => `\n${cutText(escapeText(toPrintableLine(text)), 2000)}\n`).join("");
  const end = shortened(tail, 6000);
  let room = MAX_MARKDOWN_BYTES - bytes(head) - bytes(end);
  const parts: string[] = [];
  const left: ChartDiff[] = [];
  for (const [index, chart] of shown.entries()) {
    // Each chart may take what is left, without the lines that name the charts after it.
    const reserve = Math.min(8000, (shown.length - index) * 120) + 500;
    const part = chartPart(chart, room - reserve);
    if (part === undefined) left.push(chart);
    else {
      parts.push(part);
      room -= bytes(part);
    }
  }
  return `${head}${parts.join("")}${leftOut(left)}${end}`;
}

function chartPart(chart: ChartDiff, room: number): string | undefined {
  const summary = `${escapeHtml(chartTitle(chart))} <em>(${escapeHtml(chartSource(chart))})</em>`;
  const lines = groupCases(chart).flatMap((group) => [
    ...(chart.cases.length === 1 ? [] : [`@@ ${group.names.map(toPrintableLine).join(", ")} @@`]),
    ...caseLines(group).map(toCodeLine),
  ]);
  if (lines.length === 0) return room < bytes(summary) + 50 ? undefined : `\n- ${summary}\n`;
  const fence = "`".repeat(Math.max(3, longestTicks(lines) + 1));
  const frame = (body: readonly string[]) =>
    `\n<details><summary>${summary}</summary>\n\n${fence}diff\n${body.join("\n")}\n${fence}\n\n</details>\n`;
  const overhead = bytes(frame([])) + bytes(CUT) + 100;
  let size = overhead;
  const fitting = lines.findIndex((text) => {
    size += bytes(text) + 1;
    return size > room;
  });
  if (fitting === -1) return frame(lines);
  if (fitting === 0) return undefined;
  return `${frame(lines.slice(0, fitting)).replace(/\n<\/details>\n$/, "")}\n${CUT} (${lines.length - fitting} lines)\n\n</details>\n`;
}

function toCodeLine({ sign, depth, text }: DiffLine): string {
  return `${signs[sign]} ${"  ".repeat(depth)}${text}`.trimEnd();
}

function leftOut(charts: readonly ChartDiff[]): string {
  if (charts.length === 0) return "";
  const names = charts.map((chart) => `\n- ${escapeText(chartTitle(chart))}`);
  return shortened(`\nToo much for one comment; these differ, too:\n${names.join("")}\n`, 8000);
}

function longestTicks(lines: readonly string[]): number {
  return Math.max(0, ...lines.flatMap((text) => text.match(/`+/g) ?? []).map((ticks) => ticks.length));
}

function shortened(text: string, maxBytes: number): string {
  if (bytes(text) <= maxBytes) return text;
  return `${Buffer.from(text)
    .subarray(0, maxBytes - 10)
    .toString("utf8")
    .replace(/\ufffd$/, "")} …\n`;
}

function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)} …`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

// Names of charts must not become markup, mentions or links.
function escapeText(text: string): string {
  return escapeHtml(text).replace(/[\\`*_[\]#|~]/g, "\\$&");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("@", "&#64;");
}
