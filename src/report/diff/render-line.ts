import type { Style } from "../style.ts";
import { textWidth, wrapTo } from "../text-width.ts";
import type { DiffLine } from "./diff-line.ts";

const INDENT = 2;

/** A line of the comparison, wrapped, with its sign in front. */
export function renderLine({ sign, depth, text }: DiffLine, style: Style, width: number): string[] {
  const indent = " ".repeat(INDENT + depth * INDENT);
  // A remark about the whole case has no column for a sign.
  const isRemark = sign === " " && depth === 0;
  const paint = { "+": style.good, "-": style.bad, "~": style.warn, " ": (plain: string) => plain }[sign];
  const room = Math.max(40, width - indent.length - 2);
  // Wrapping takes spaces together, which a line of a file may need.
  const lines = textWidth(text) <= room ? [text] : wrapTo(text, room);
  return lines.map((part, index) => {
    const column = isRemark ? "" : `${index === 0 ? sign : " "} `;
    return `${indent}${paint(`${column}${part}`.trimEnd())}`.trimEnd();
  });
}
