import stringWidth from "string-width";

/** How many columns the text takes on a terminal: wide characters take two, colours and combining characters none. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** Pads with spaces to a width in columns. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Cuts plain text to a width in columns. The middle goes, because the names of charts and cases differ at both ends. */
export function shortenTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return "";
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  const head = takeWidth(characters, Math.ceil((width - 1) / 2));
  const tail = takeWidth(characters.reverse(), width - 1 - textWidth(head.join("")));
  return `${head.join("")}…${tail.reverse().join("")}`;
}

function takeWidth(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  for (const character of characters) {
    if (textWidth(taken.join("") + character) > width) break;
    taken.push(character);
  }
  return taken;
}

/**
 * Breaks text into lines of at most `width` columns, at spaces. A longer word (a path, a field) stays whole so that it can be
 * copied. Line breaks in the text stay, and so does the indent of a line.
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
