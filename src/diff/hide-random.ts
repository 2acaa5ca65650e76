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
 * The first text with `(random)` in place of the words that the second text has differently. Random lines that follow each other
 * are one: how many lines a certificate has depends on the names in it.
 */
export function hideWords(one: string, other: string): string {
  const [lines, others] = [one.split("\n"), other.split("\n")];
  if (lines.length !== others.length) return RANDOM;
  const hidden = lines.map((line, index) => hideInLine(line, others[index] ?? ""));
  return hidden.filter((line, index) => !isRandom(line) || !isRandom(hidden[index - 1] ?? "")).join("\n");
}

function isRandom(line: string): boolean {
  return line.trim() === RANDOM;
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
