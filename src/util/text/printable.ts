// C0 except the line feed, DEL, C1, the controls of the writing direction, and Unicode's own separators of lines.
const controls = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
// Azure Pipelines, GitHub's older form and TeamCity obey these wherever they are in a line.
const markers = /##(?=(?:\w*)\[)/g;
// GitHub obeys these at the beginning of a line, after any white space; a text may be wrapped at any space.
const commands = /(^|\s)::(?=[A-Za-z][\w-]*(?:\s[^\n]*?)?::)/g;

const names: Record<string, string> = { "\t": "\\t", "\r": "\\r", "\n": "\\n" };

/**
 * Text of somebody else, such as a chart's, as it may be written to a terminal or a CI log: control characters are shown as
 * `\u001b`, and what a CI system would obey has a backslash in it. Line breaks stay. Applied twice, it changes nothing more.
 */
export function toPrintable(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll("\t", "    ")
    .replace(controls, toEscape)
    .replace(markers, "#\\#")
    .replace(commands, "$1\\::");
}

/** As {@link toPrintable}, for a text of one line, such as a name: line breaks and tabs are shown as `\n` and `\t`. */
export function toPrintableLine(text: string): string {
  return toPrintable(text.replace(/[\t\r\n]/g, toEscape));
}

/** The text with its control characters shown as `\u001b`, except line breaks and tabs. */
export function escapeControls(text: string): string {
  return text.replace(controls, (character) =>
    character === "\t" || character === "\r" ? character : toEscape(character),
  );
}

/** As {@link toPrintableLine}, for a name at the beginning of a line: in quotes unless it begins with a letter or a digit. */
export function toPrintableLabel(text: string): string {
  const shown = toPrintableLine(text);
  return /^[A-Za-z0-9]/.test(shown) ? shown : `"${shown}"`;
}

/** As {@link toPrintable}; all lines but the first are indented, so that each line begins with what seatrial wrote. */
export function toPrintableMessage(text: string): string {
  const [first = "", ...others] = toPrintable(text).split("\n");
  const indented = others.map((line) => (/^(?: |$|Hint: )/.test(line) ? line : `  ${line}`));
  return [first, ...indented].join("\n");
}

const textOfLines = new Set(["message", "hint"]);

/** A copy of a result in which each text can be printed. Only messages and hints keep their line breaks. */
export function toPrintableResult<Value>(value: Value, key = ""): Value {
  if (typeof value === "string") return (textOfLines.has(key) ? toPrintable(value) : toPrintableLine(value)) as Value;
  if (Array.isArray(value)) return value.map((item) => toPrintableResult(item, key)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, toPrintableResult(item, name)]),
  ) as Value;
}

function toEscape(character: string): string {
  return names[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
