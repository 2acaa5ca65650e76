import { CORE_SCHEMA, defineScalarTag, dump, load, mergeTag, NOT_RESOLVED, YAMLException } from "js-yaml";
import { indentFlow, readIndented } from "./indent-flow.ts";

const truths = new Set(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]);
const falsehoods = new Set(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]);

const boolTag = defineScalarTag("tag:yaml.org,2002:bool", {
  implicit: true,
  implicitFirstChars: [..."yYnNtTfFoO"],
  resolve: (source) => (truths.has(source) ? true : falsehoods.has(source) ? false : NOT_RESOLVED),
  identify: (data) => typeof data === "boolean",
});

const intTag = defineScalarTag("tag:yaml.org,2002:int", {
  implicit: true,
  implicitFirstChars: [..."+-0123456789"],
  resolve: (source) => toInteger(source.replaceAll("_", "")) ?? NOT_RESOLVED,
  identify: (data) => Number.isInteger(data),
});

const floatTag = defineScalarTag("tag:yaml.org,2002:float", {
  implicit: true,
  implicitFirstChars: [..."+-.0123456789"],
  resolve: (source) => toFloat(source.replaceAll("_", "")) ?? NOT_RESOLVED,
  identify: (data) => typeof data === "number",
});

// Helm and Kubernetes read YAML with goyaml.v2: 1.1 for booleans and octal numbers, but no base 60, and dates stay text.
const helmSchema = CORE_SCHEMA.withTags(mergeTag, boolTag, intTag, floatTag);

function toInteger(text: string): number | undefined {
  const match = /^([-+]?)(0x[0-9a-f]+|0o?[0-7]+|0b[01]+|0|[1-9][0-9]*)$/i.exec(text);
  if (match === null) return undefined;
  const digits = (match[2] ?? "").toLowerCase();
  const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === "-" ? -value : value;
}

function toFloat(text: string): number | undefined {
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^\.(nan|NaN|NAN)$/.test(text) ? Number.NaN : undefined;
}

// A manifest of 64 MiB without aliases has fewer values; a real document with aliases has some hundreds.
const MAX_VALUES = 1_000_000;

/** The text is not valid YAML. `line` is 1-based. */
export class YamlSyntaxError extends Error {
  readonly line: number | undefined;

  constructor(message: string, line: number | undefined, cause: unknown) {
    super(message, { cause });
    this.line = line;
  }
}

/** One YAML document as Helm and Kubernetes read it; `undefined` when it is empty. Throws `YamlSyntaxError`. */
export function parseYaml(text: string): unknown {
  let value: unknown;
  try {
    // As in Kubernetes: the last of two equal keys wins.
    value = readIndented(text, (document) => load(document, { schema: helmSchema, json: true })) ?? undefined;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (isBlank(text)) return undefined;
    throw new YamlSyntaxError(error.reason, error.mark === undefined ? undefined : error.mark.line + 1, error);
  }
  if (text.includes("*") && countValues(value, new Map()) > MAX_VALUES) {
    throw new YamlSyntaxError("the document contains excessive aliasing", undefined, undefined);
  }
  return value;
}

/** A key that a mapping has twice. `line` is 1-based. */
export interface DuplicateKey {
  key: string;
  line: number;
}

/** The first key that a mapping of the document has twice: Helm and kubectl use its last value, Flux rejects the document. */
export function findDuplicateKey(text: string): DuplicateKey | undefined {
  try {
    readIndented(text, (document) => load(document, { schema: helmSchema }));
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== "duplicated mapping key") return undefined;
    const { line = 0, column = 0 } = error.mark ?? {};
    const rest = indentFlow(text).split("\n")[line]?.slice(column) ?? "";
    return { key: /^["']?([^"':\s]+)/.exec(rest)?.[1] ?? rest.trim(), line: line + 1 };
  }
  return undefined;
}

// Aliases are shared objects here, but whatever serialises the value writes each of them: one line may become a billion.
function countValues(value: unknown, known: Map<object, number>): number {
  if (typeof value !== "object" || value === null) return 1;
  const counted = known.get(value);
  if (counted !== undefined) return counted;
  // A value that contains itself is infinite.
  known.set(value, Number.POSITIVE_INFINITY);
  const count = Object.values(value).reduce((sum: number, item) => sum + countValues(item, known), 1);
  known.set(value, count);
  return count;
}

/** A value as YAML that every parser reads in the same way. */
export function formatYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** Whether a document contains nothing but comments and white space. */
export function isBlank(text: string): boolean {
  return text.split("\n").every((line) => /^\s*(#.*|---\s*(#.*)?|\.\.\.\s*)?$/.test(line));
}
