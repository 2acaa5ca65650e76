import { stripVTControlCharacters, styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Colours text, or leaves it as it is. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** A style that colours, or one that changes nothing. */
export function makeStyle(isColored: boolean): Style {
  const paint = (format: Format) => (text: string) =>
    isColored && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: paint("green"),
    bad: paint(["bold", "red"]),
    warn: paint("yellow"),
    dim: paint("dim"),
    bold: paint("bold"),
  };
}

/** How many columns the text takes on a terminal, colours not counted. */
export function textWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Pads with spaces to a width in columns. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Cuts plain text to a width: the middle goes, because chart and case names differ at both ends. */
export function shortenTo(text: string, width: number): string {
  if (text.length <= width) return text;
  if (width <= 1) return "…".slice(0, Math.max(0, width));
  const head = Math.ceil((width - 1) / 2);
  const tail = width - 1 - head;
  return `${text.slice(0, head)}…${tail === 0 ? "" : text.slice(-tail)}`;
}

/**
 * Breaks text into lines of at most `width` columns, at spaces; a longer word (a path, a field) stays whole so that it
 * can be copied. Line breaks in the text stay.
 */
export function wrapTo(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let current = "";
  for (const word of line.trim().split(/ +/)) {
    if (current !== "" && indent.length + textWidth(current) + 1 + textWidth(word) > width) {
      lines.push(indent + current);
      current = word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  lines.push(indent + current);
  return lines;
}
