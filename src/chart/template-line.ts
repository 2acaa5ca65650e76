import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PathSegment } from "../util/field-changes.ts";

/** A field of an object, and the template that rendered the object. */
export interface TemplateField {
  /** As Helm names it: `web/templates/service.yaml`. */
  template: string;
  kind: string;
  path: readonly PathSegment[];
}

interface Line {
  number: number;
  indent: number;
  text: string;
}

/**
 * The line of a template that sets a field, 1-based: of the field itself, or of the innermost mapping around it whose key the template
 * has as text. `undefined` when that is only `spec`, when several lines may be it, and for a packaged chart.
 */
export async function templateLine(
  chartPath: string,
  { template, kind, path }: TemplateField,
): Promise<number | undefined> {
  const inside = template.split("/").slice(1).join("/");
  const text = await readFile(join(chartPath, inside), "utf8").catch(() => "");
  const keys = path.filter((segment) => typeof segment === "string");
  return lineOf(documentOf(toLines(text), kind), keys);
}

function lineOf(lines: readonly Line[], keys: readonly string[]): number | undefined {
  let block = lines;
  let found: number | undefined;
  for (const key of keys) {
    const matches = outermost(block.filter((line) => startsWith(line, key)));
    const [line] = matches;
    // A helper renders the rest, or each branch of a condition has its own.
    if (line === undefined || matches.length > 1) return found;
    if (key !== "spec") found = line.number;
    block = insideOf(block, line);
  }
  return found;
}

// The lines of the only document of the kind; all lines when there are several documents of it, or none with its kind as text.
function documentOf(lines: readonly Line[], kind: string): readonly Line[] {
  const documents: Line[][] = [[]];
  for (const line of lines) {
    if (/^---(\s|$)/.test(line.text)) documents.push([]);
    else documents.at(-1)?.push(line);
  }
  const pattern = new RegExp(`^kind:\\s*["']?${kind}\\b`);
  const own = documents.filter((document) => document.some(({ text }) => pattern.test(text)));
  return own.length === 1 ? (own[0] as Line[]) : lines;
}

function toLines(text: string): Line[] {
  return text.split("\n").map((line, index) => {
    return { number: index + 1, indent: /^\s*(?:- )?/.exec(line)?.[0].length ?? 0, text: line };
  });
}

function startsWith({ text, indent }: Line, key: string): boolean {
  const rest = text.slice(indent);
  return [key, `"${key}"`, `'${key}'`].some((form) => rest.startsWith(`${form}:`));
}

function outermost(lines: readonly Line[]): Line[] {
  const least = Math.min(...lines.map(({ indent }) => indent));
  return lines.filter(({ indent }) => indent === least);
}

// Until a line that begins as far to the left: directives of templates and blank lines may begin anywhere.
function insideOf(lines: readonly Line[], outer: Line): Line[] {
  const following = lines.slice(lines.indexOf(outer) + 1);
  const end = following.findIndex(({ text, indent }) => indent <= outer.indent && !/^\s*(\{\{|#|$)/.test(text));
  return end < 0 ? following : following.slice(0, end);
}
