/** What a line of a comparison is about: what is there no more, what is new, what is another, or everything else. */
export type Sign = "-" | "+" | "~" | " ";

/** A line of a comparison, for a terminal or for Markdown. Its text can be printed. */
export interface DiffLine {
  sign: Sign;
  /** How far the line is indented: 0 for an object, more for its fields. */
  depth: number;
  text: string;
}

/** Makes a line. */
export function line(sign: Sign, depth: number, text: string): DiffLine {
  return { sign, depth, text };
}
