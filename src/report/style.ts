import { styleText } from "node:util";

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
