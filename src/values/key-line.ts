import type { ValuePath } from "./value-path.ts";

const key = /^(\s*)(?:- +)?(?:"([^"]+)"|'([^']+)'|([^\s"'#:][^:]*?))\s*:(?:\s|$)/;

/** The line of a key in the text of a values file, 1-based; `undefined` for keys in lists and in braces. */
export function keyLine(text: string, path: ValuePath): number | undefined {
  const lines = text.split("\n");
  let from = 0;
  let indent = -1;
  for (const segment of path) {
    const found = findKey(lines, from, indent, segment);
    if (found === undefined) return undefined;
    from = found.line + 1;
    indent = found.indent;
  }
  return from === 0 ? undefined : from;
}

/** Whether the value of a key is an anchor, which other values of the file may repeat. */
export function hasAnchor(text: string, path: ValuePath): boolean {
  const line = keyLine(text, path);
  const lines = text.split("\n");
  if (line === undefined) return /:\s+&\w/.test(text);
  const indent = /^\s*/.exec(lines[line - 1] ?? "")?.[0].length ?? 0;
  const end = lines.findIndex((each, index) => index >= line && isContent(each) && indentOf(each) <= indent);
  return lines.slice(line - 1, end === -1 ? undefined : end).some((each) => /(?::|-)\s+&\w/.test(each));
}

function findKey(
  lines: readonly string[],
  from: number,
  indent: number,
  segment: string | number,
): { line: number; indent: number } | undefined {
  let level: number | undefined;
  for (const [offset, line] of lines.slice(from).entries()) {
    const match = key.exec(line);
    if (match === null) continue;
    const own = match[1]?.length ?? 0;
    if (own <= indent) return undefined;
    // The keys of a mapping have one indent; deeper keys are in its values.
    level ??= own;
    if (own === level && (match[2] ?? match[3] ?? match[4]) === segment) return { line: from + offset, indent: own };
  }
  return undefined;
}

function isContent(line: string): boolean {
  return /^\s*[^\s#]/.test(line);
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}
