import type { JsonObject, JsonValue } from "../errors/seatrial-error.ts";
import { valueAt } from "../util/field-changes.ts";
import { isMapping } from "../util/is-mapping.ts";
import type { ValuePath } from "./value-path.ts";

const OTHER = "changed";

/** Another value of the same type: every text, number and boolean in it is another one. */
export function toOther(value: JsonValue | undefined): JsonValue {
  if (typeof value === "string") return `${value}${OTHER}`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return value.length === 0 ? [OTHER] : value.map(toOther);
  if (!isMapping(value)) return OTHER;
  const entries = Object.entries(value as JsonObject);
  if (entries.length === 0) return { [OTHER]: OTHER };
  return Object.fromEntries(entries.map(([key, item]) => [key, toOther(item)]));
}

/**
 * A values file that changes one value of `values`, which are all values of a chart. Helm replaces lists as a whole, so it has all of
 * the top-level key. `null` removes the value.
 */
export function overrideOf(values: JsonObject, path: ValuePath, value: JsonValue): JsonObject {
  const [top] = path;
  return { [String(top)]: replaceAt(values[String(top)] ?? null, path.slice(1), value) };
}

/** As {@link overrideOf}, for several values. */
export function overrideAll(
  values: JsonObject,
  paths: readonly ValuePath[],
  change: (value: JsonValue | undefined) => JsonValue,
): JsonObject {
  const changed: JsonObject = { ...values };
  const file: JsonObject = {};
  for (const path of paths) {
    const override = overrideOf(changed, path, change(valueAt(changed, path) as JsonValue | undefined));
    Object.assign(changed, override);
    Object.assign(file, override);
  }
  return file;
}

function replaceAt(target: JsonValue, path: ValuePath, value: JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(target)) {
    // A list has no gaps: an item that is removed is null.
    return target.map((item, index) => (index === key ? replaceAt(item, rest, value) : item));
  }
  const mapping = isMapping(target) ? (target as JsonObject) : {};
  return { ...mapping, [key]: replaceAt((valueAt(mapping, [key]) as JsonValue | undefined) ?? null, rest, value) };
}

/** The paths of the booleans that are false, outside of lists. */
export function switchedOff(values: JsonValue | undefined, path: readonly string[] = []): string[][] {
  if (values === false) return [[...path]];
  if (!isMapping(values)) return [];
  return Object.entries(values as JsonObject).flatMap(([key, item]) => switchedOff(item, [...path, key]));
}

/** A values file in which the booleans at these paths are true. */
export function switchOn(paths: readonly (readonly string[])[]): JsonObject {
  const file: JsonObject = {};
  for (const path of paths) {
    let mapping = file;
    for (const key of path.slice(0, -1)) {
      const inner = isMapping(mapping[key]) ? (mapping[key] as JsonObject) : {};
      mapping[key] = inner;
      mapping = inner;
    }
    mapping[path.at(-1) ?? ""] = true;
  }
  return file;
}
