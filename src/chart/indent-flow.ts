import { parseEvents, YAMLException } from "js-yaml";

/** Deeper than any block of a document. */
const INDENT = " ".repeat(256);
/** Each round reads the document again. */
const MAX_ROUNDS = 200;
const SHALLOW = /^deficient indentation$/;

/** Reads a document with js-yaml, once more with {@link indentFlow} where it is not indented enough for js-yaml. */
export function readIndented<Value>(text: string, read: (text: string) => Value): Value {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof YAMLException) || !SHALLOW.test(error.reason)) throw error;
    return read(indentFlow(text));
  }
}

/**
 * The text with deeper lines where js-yaml demands that a list in brackets, a mapping in braces or a quoted text is indented more
 * than its key, as YAML's specification does. goyaml, with which Helm and Kubernetes read YAML, does not, and a `]` below its key is
 * common in charts. White space at the beginning of such a line has no meaning. Lines keep their numbers.
 */
export function indentFlow(text: string): string {
  let lines: string[] | undefined;
  let next = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const indented = lines === undefined ? text : lines.join("\n");
    const first = problemOf(indented)?.line;
    // A line that is deep enough, and is refused, is wrong for another reason.
    if (first === undefined || first < next) return indented;
    lines ??= text.split("\n");
    const isInBrackets = problemOf(lines.slice(0, first).join("\n"), /within a flow collection$/) !== undefined;
    const last = isInBrackets ? lineOfClosing(lines, first) : first;
    for (let index = first; index <= last; index++) lines[index] = INDENT + (lines[index] ?? "");
    next = last + 1;
  }
  return text;
}

function problemOf(text: string, reason = SHALLOW): { line: number } | undefined {
  try {
    parseEvents(text, { filename: "" });
    return undefined;
  } catch (error) {
    if (!(error instanceof YAMLException) || !reason.test(error.reason)) return undefined;
    return { line: error.mark?.line ?? 0 };
  }
}

/** The line that closes the innermost brackets or braces around the begin of a line; the line itself when nothing closes them. */
function lineOfClosing(lines: readonly string[], first: number): number {
  let depth = 0;
  let quote = "";
  let previous = ",";
  for (let index = first; index < lines.length; index++) {
    const line = lines[index] ?? "";
    for (let column = 0; column < line.length; column++) {
      const character = line.charAt(column);
      if (quote !== "") {
        if (isEscape(quote, line, column)) column++;
        else if (character === quote) quote = "";
      } else if (character === "#" && /^\s?$/.test(line.charAt(column - 1))) {
        break;
      } else if (/["']/.test(character) && "[{,:".includes(previous)) {
        quote = character;
      } else {
        depth += "[{".includes(character) ? 1 : "]}".includes(character) ? -1 : 0;
        if (depth < 0) return index;
      }
      if (character.trim() !== "") previous = character;
    }
  }
  return first;
}

function isEscape(quote: string, line: string, column: number): boolean {
  return quote === '"' ? line.charAt(column) === "\\" : line.startsWith("''", column);
}
