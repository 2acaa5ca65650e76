import { longestCommon } from "../../diff/longest-common.ts";
import { toPrintable } from "../../util/text/printable.ts";
import { type DiffLine, line } from "./diff-line.ts";

const CONTEXT = 2;

/** The lines of two texts that differ, with two lines around them; `…` stands for the lines between. */
export function textHunks(before: string, after: string, depth: number): DiffLine[] {
  const all = alignLines(toLines(before), toLines(after), depth);
  const isNear = (index: number) =>
    all.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== " ");
  return all.flatMap((each, index) => {
    if (isNear(index)) return [each];
    return index > 0 && isNear(index - 1) && index < all.length - 1 ? [line(" ", depth, "…")] : [];
  });
}

function alignLines(before: readonly string[], after: readonly string[], depth: number): DiffLine[] {
  const pairs = [...longestCommon(before, after, (one, other) => one === other), [before.length, after.length]];
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  for (const [nextRow = 0, nextColumn = 0] of pairs) {
    lines.push(...before.slice(row, nextRow).map((text) => line("-", depth, text)));
    lines.push(...after.slice(column, nextColumn).map((text) => line("+", depth, text)));
    if (nextRow < before.length) lines.push(line(" ", depth, before[nextRow] ?? ""));
    [row, column] = [nextRow + 1, nextColumn + 1];
  }
  return lines;
}

function toLines(text: string): string[] {
  const lines = toPrintable(text).split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
