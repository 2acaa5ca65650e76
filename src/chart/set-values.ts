import { resolve } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";

type Scalar = string | number | boolean | null;

/** Values of the `set*` options as Helm's `key=value` texts. */
export interface SetTexts {
  set: string[];
  setString: string[];
  setJson: string[];
  setFile: string[];
  setLiteral: string[];
}

/** The options that {@link toSetTexts} reads. */
export interface SetRecords {
  set?: Record<string, Scalar | readonly Scalar[]> | readonly string[] | undefined;
  setString?: Record<string, Scalar | readonly Scalar[]> | readonly string[] | undefined;
  setJson?: Record<string, unknown> | undefined;
  setFile?: Record<string, string> | undefined;
  setLiteral?: Record<string, string> | undefined;
}

/**
 * The `set*` records in Helm's syntax, one text for each key, escaped so that Helm reads exactly the given value. In `set`
 * a string stays a string: it is passed as `--set-string`, so that Helm does not read "1e3" or "true" as another type.
 * Texts instead of a record are passed unchanged. Fractions, and lists that mix strings with other types, are passed as JSON. Keys keep Helm's own syntax: dots nest, `[0]` indexes, `\.` is a dot.
 */
export function toSetTexts(records: SetRecords): SetTexts {
  const texts: SetTexts = { set: [], setString: [], setJson: [], setFile: [], setLiteral: [] };
  // Texts have Helm's syntax already.
  if (isTexts(records.set)) texts.set.push(...records.set);
  else for (const [key, value] of entries("set", records.set)) addTyped(texts, checkKey("set", key), value);
  if (isTexts(records.setString)) texts.setString.push(...records.setString);
  else {
    for (const [key, value] of entries("setString", records.setString)) {
      addTyped(texts, checkKey("setString", key), toStrings(key, value));
    }
  }
  for (const [key, value] of entries("setJson", records.setJson)) {
    texts.setJson.push(`${checkKey("setJson", key)}=${toJson("setJson", key, value)}`);
  }
  for (const [key, value] of entries("setFile", records.setFile)) {
    texts.setFile.push(`${checkKey("setFile", key)}=${escapeValue(resolve(value))}`);
  }
  // Helm reads a literal to its end: nothing to escape.
  for (const [key, value] of entries("setLiteral", records.setLiteral)) {
    texts.setLiteral.push(`${checkKey("setLiteral", key)}=${value}`);
  }
  return texts;
}

function isTexts(set: SetRecords["set"]): set is readonly string[] {
  return Array.isArray(set);
}

function addTyped(texts: SetTexts, key: string, value: unknown): void {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length > 0 && items.every((item) => typeof item === "string")) {
    texts.setString.push(`${key}=${Array.isArray(value) ? escapeList(items) : escapeValue(String(value))}`);
  } else if (items.length === 0 || items.some((item) => typeof item === "string" || isFraction(item))) {
    texts.setJson.push(`${key}=${toJson("set", key, value)}`);
  } else {
    const words = items.map((item) => toText("set", key, item));
    texts.set.push(`${key}=${Array.isArray(value) ? `{${words.join(",")}}` : words[0]}`);
  }
}

// Helm's --set does not read fractions and exponents: 0.5 would arrive as the text "0.5".
function isFraction(value: unknown): boolean {
  return typeof value === "number" && !Number.isSafeInteger(value);
}

function toStrings(key: string, value: unknown): string | string[] {
  return Array.isArray(value) ? value.map((item) => toText("setString", key, item)) : toText("setString", key, value);
}

function entries<Value>(option: string, record: Record<string, Value> | undefined): [string, Value][] {
  if (record === undefined) return [];
  return Object.entries(record).filter(([key, value]) => {
    if (value === undefined) throw new UsageError(`${option}: "${key}" is undefined; use null to remove a value`);
    return true;
  });
}

function checkKey(option: string, key: string): string {
  // Unescaped they would end the key; escaped (\,) they are Helm's own syntax.
  const bare = key.replace(/\\./g, "");
  if (key === "" || /[=,{}]/.test(bare))
    throw new UsageError(`${option}: ${JSON.stringify(key)} is not a key that Helm reads`);
  return key;
}

function toText(option: string, key: string, value: unknown): string {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return String(value);
  throw new UsageError(
    `${option}: "${key}" must be a string, a number, a boolean, null or a list of these, got ${describe(value)}`,
    {
      hint: `pass objects with "values" or "setJson"`,
    },
  );
}

function toJson(option: string, key: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new UsageError(`${option}: "${key}" is not a JSON value, got ${describe(value)}`);
  return text;
}

function escapeValue(text: string): string {
  // A brace opens a list only at the beginning; a comma or a backslash is special anywhere.
  return text.replace(/[\\,]/g, "\\$&").replace(/^\{/, "\\{");
}

function escapeList(items: readonly unknown[]): string {
  return `{${items.map((item) => String(item).replace(/[\\,{}]/g, "\\$&")).join(",")}}`;
}
