import { isDeepStrictEqual } from "node:util";
import type { Finding } from "../findings/finding.ts";
import { valueAt } from "../util/field-changes.ts";
import { isMapping } from "../util/is-mapping.ts";
import { nearestName } from "../util/text/nearest-name.ts";
import { resolvePointer } from "./resolve-pointer.ts";
import type { KnownInputs } from "./unused-values.ts";
import { formatValuePath } from "./value-path.ts";

type Schema = Record<string, unknown>;

const MAX_DEPTH = 24;
// With them, the properties of a mapping are not all in its `properties`.
const combining = ["anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "unevaluatedProperties"];

/**
 * Where a chart's values.schema.json and values.yaml say different things: values that the schema does not list next to others,
 * properties that neither values.yaml nor a template has, and other defaults.
 */
export function schemaDrift(schemaText: string, chartName: string, known: KnownInputs): Finding[] {
  const root = parseSchema(schemaText);
  if (root === undefined) return [];
  const drift = { root, chartName, known, findings: [] as Finding[] };
  visit(drift, root, [], MAX_DEPTH);
  return drift.findings;
}

interface Drift {
  root: Schema;
  chartName: string;
  known: KnownInputs;
  findings: Finding[];
}

function visit(drift: Drift, given: unknown, path: readonly string[], depth: number): void {
  const schema = resolve(drift.root, given, MAX_DEPTH);
  if (schema === undefined || depth === 0 || isOfDependency(drift, path)) return;
  const { defaults } = drift.known.inputs;
  const value = valueAt(defaults, path);
  if (path.length > 0) compareDefault(drift, schema, value, path);
  if (!isMapping(schema.properties)) return;
  const { properties } = schema;
  if (isMapping(value)) compareKeys(drift, schema, properties, value, path);
  for (const [key, property] of Object.entries(properties)) {
    const inner = [...path, key];
    if (valueAt(defaults, inner) === undefined) reportUnread(drift, inner);
    else visit(drift, property, inner, depth - 1);
  }
}

function compareDefault({ chartName, findings }: Drift, schema: Schema, value: unknown, path: readonly string[]): void {
  // A value that is null is not set.
  if (!("default" in schema) || value === undefined || value === null || isMapping(value)) return;
  if (isDeepStrictEqual(schema.default, value)) return;
  findings.push({
    ...at(chartName, path),
    message: `the default in the schema is ${JSON.stringify(schema.default)}, and values.yaml has ${JSON.stringify(value)}, which is used`,
    reason: "SchemaDefaultDiffers",
    hint: "write the value of values.yaml into the schema",
  });
}

// A schema that lists few of many keys does not mean to list them all.
function compareKeys(
  { chartName, findings, known }: Drift,
  schema: Schema,
  properties: Schema,
  value: Schema,
  path: readonly string[],
): void {
  if (schema.additionalProperties !== undefined || combining.some((word) => word in schema)) return;
  const patterns = isMapping(schema.patternProperties) ? Object.keys(schema.patternProperties) : [];
  const isListed = (key: string) => key in properties || patterns.some((pattern) => matches(pattern, key));
  const keys = Object.keys(value).filter((key) => !isOfHelm(known, [...path, key]));
  const unknown = keys.filter((key) => !isListed(key));
  if (unknown.length * 2 > keys.length) return;
  for (const key of unknown) {
    const nearest = nearestName(
      key,
      Object.keys(properties).filter((other) => !(other in value)),
    );
    findings.push({
      ...at(chartName, [...path, key]),
      message: `values.yaml has the value, and the schema does not list it next to ${keys.length - unknown.length} others: nothing checks what users set`,
      reason: "SchemaLacksValue",
      hint:
        nearest === undefined ? "add it to the properties of the schema" : `the schema has ${nearest}: use one name`,
    });
  }
}

function reportUnread({ chartName, known, findings }: Drift, path: readonly string[]): void {
  if (isOfHelm(known, path) || known.index.isRead(path)) return;
  findings.push({
    ...at(chartName, path),
    message: "the schema has the property, and neither values.yaml has it nor a template reads it",
    reason: "SchemaOnlyValue",
    hint: "remove it from the schema, or use it in a template",
  });
}

function at(chartName: string, path: readonly string[]): Pick<Finding, "severity" | "step" | "field" | "template"> {
  return {
    severity: "warning",
    step: "template",
    field: formatValuePath(path),
    template: `${chartName}/values.schema.json`,
  };
}

function isOfHelm({ inputs: { dependencies } }: KnownInputs, path: readonly string[]): boolean {
  const [first = ""] = path;
  return first === "global" || first === "tags" || dependencies.some(([name]) => name === first);
}

function isOfDependency({ known }: Drift, path: readonly string[]): boolean {
  return path.length > 0 && isOfHelm(known, path);
}

// References within the file, and all parts of an `allOf`; `undefined` when the schema is not known.
function resolve(root: Schema, given: unknown, depth: number): Schema | undefined {
  if (!isMapping(given) || depth === 0) return undefined;
  const { $ref, allOf, ...own } = given;
  const parts: unknown[] = [
    ...(typeof $ref === "string" ? [resolvePointer(root, $ref)] : []),
    ...(Array.isArray(allOf) ? allOf : []),
  ];
  if (parts.length === 0) return own;
  const schemas = parts.map((part) => resolve(root, part, depth - 1));
  if (!schemas.every((schema) => schema !== undefined)) return undefined;
  const all = [...schemas, own];
  const properties = Object.assign({}, ...all.map((schema) => schema.properties ?? {}));
  return Object.assign({}, ...all, Object.keys(properties).length === 0 ? {} : { properties });
}

function parseSchema(text: string): Schema | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isMapping(value) ? value : undefined;
  } catch {
    // Helm refuses the chart.
    return undefined;
  }
}

function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern, "u").test(key);
  } catch {
    return true;
  }
}
