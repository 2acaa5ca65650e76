import { isEqual } from "../util/field-changes.ts";
import { isMapping } from "../util/is-mapping.ts";
import { formatSegments, type Segment } from "./compare-values.ts";
import { itemName } from "./to-segments.ts";

/** What stands in place of a value, or a part of it, that is another one in each rendering. */
export const RANDOM = "(random)";

/** A value without what is random in it, and the fields that are. */
export interface Stable<Value> {
  value: Value;
  fields: string[];
}

/**
 * A value as two renderings of the same chart with the same values have it: what differs between them reads `(random)`. Of a text,
 * only the words that differ are replaced, so that the rest can still be compared.
 */
export function hideRandom<Value>(one: Value, other: Value): Stable<Value> {
  const fields: string[] = [];
  const value = hide(one, other, [], fields) as Value;
  return { value, fields: [...new Set(fields)] };
}

function hide(one: unknown, other: unknown, path: readonly Segment[], fields: string[]): unknown {
  if (isEqual(one, other)) return one;
  if (isMapping(one) && isMapping(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    const entries = keys.flatMap((key): [string, unknown][] => {
      const inner = [...path, key];
      if (key in one && key in other) return [[key, hide(one[key], other[key], inner, fields)]];
      fields.push(formatSegments([...path, RANDOM]));
      return [[RANDOM, RANDOM]];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    const field = String(path.at(-1) ?? "");
    return one.map((item, index) => hide(item, other[index], [...path, { item: itemName(field, one, index) }], fields));
  }
  fields.push(formatSegments(path));
  return typeof one === "string" && typeof other === "string" ? hideWords(one, other) : RANDOM;
}

/**
 * The first text with `(random)` in place of the words that the second text has differently. The body of a certificate or key in
 * PEM form is one word: its number of lines, and which of them are equal by chance, depends on the names and numbers in it.
 */
export function hideWords(one: string, other: string): string {
  const lines = hideBlocks(one, other).split("\n");
  const others = hideBlocks(other, one).split("\n");
  if (lines.length !== others.length) return RANDOM;
  return lines.map((line, index) => hideInLine(line, others[index] ?? "")).join("\n");
}

const pemBlock = /(-----BEGIN ([A-Z0-9 ]+)-----\s*)(.*?)(\s*-----END \2-----)/gs;

function hideBlocks(one: string, other: string): string {
  const bodies = [...other.matchAll(pemBlock)].map(([, , , body]) => body);
  let index = 0;
  return one.replace(pemBlock, (whole, begin: string, _label: string, body: string, end: string) =>
    bodies[index++] === body ? whole : `${begin}${RANDOM}${end}`,
  );
}

function hideInLine(one: string, other: string): string {
  if (one === other) return one;
  const [words, others] = [toWords(one), toWords(other)];
  if (words.length !== others.length) return RANDOM;
  return words.map((word, index) => (word === others[index] ? word : RANDOM)).join("");
}

function toWords(line: string): readonly string[] {
  return line.match(/[\w+/=.:]+|[^\w+/=.:]+/g) ?? [];
}
