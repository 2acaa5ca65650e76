import { isMapping } from "../util/is-mapping.ts";
import { unescapePointer } from "../util/json-pointer.ts";

type Schema = Record<string, unknown>;

const MAX_DEPTH = 24;

/** The texts of the types of a JSON schema. */
export interface SchemaTypes {
  /** The type of the whole value, such as `{ replicas?: number }`. */
  type: string;
  /** References that no type could be made for: they lead out of the file. Their type is `unknown`. */
  unresolved: string[];
}

/**
 * The TypeScript type of the values that a JSON schema describes, without a dependency: json-schema-to-typescript would install
 * prettier and lodash with every copy of the package. `more` are further properties of the whole value, such as those of
 * sub-charts. Every property is optional, because the chart's own values.yaml has the others.
 */
export function schemaTypes(schema: unknown, more: Readonly<Record<string, string>> = {}): SchemaTypes {
  const unresolved = new Set<string>();
  const root = isMapping(schema) ? schema : {};

  const write = (value: unknown, depth: number, extra: Readonly<Record<string, string>> = {}): string => {
    if (value === false) return "never";
    if (!isMapping(value) || depth > MAX_DEPTH) return "unknown";
    if (typeof value.$ref === "string") return writeReference(value.$ref, depth);
    if ("const" in value) return literal(value.const);
    if (Array.isArray(value.enum)) return union(value.enum.map(literal));
    const parts = combined(value, depth);
    const own = ownType(value, depth, extra);
    if (own !== undefined) parts.unshift(own);
    return parts.length === 0 ? "unknown" : parts.length === 1 ? (parts[0] ?? "") : parts.map(wrap).join(" & ");
  };

  const writeReference = (reference: string, depth: number): string => {
    const target = reference.startsWith("#") ? resolvePointer(root, reference.slice(1)) : undefined;
    if (target === undefined) unresolved.add(reference);
    return target === undefined ? "unknown" : write(target, depth + 1);
  };

  const combined = (value: Schema, depth: number): string[] => {
    const each = (list: unknown) => (Array.isArray(list) ? list.map((item) => write(item, depth + 1)) : []);
    const all = each(value.allOf).filter((type) => type !== "unknown");
    const any = [each(value.anyOf), each(value.oneOf)].filter((types) => types.length > 0).map(union);
    return [...all, ...any.filter((type) => type !== "unknown")];
  };

  const ownType = (value: Schema, depth: number, extra: Readonly<Record<string, string>>): string | undefined => {
    const given = Array.isArray(value.type)
      ? value.type
      : value.type === undefined
        ? guess(value, extra)
        : [value.type];
    if (given.length === 0) return undefined;
    return union(given.map((type) => ofType(String(type), value, depth, extra)));
  };

  const ofType = (type: string, value: Schema, depth: number, extra: Readonly<Record<string, string>>): string => {
    if (type === "integer") return "number";
    if (["string", "number", "boolean", "null"].includes(type)) return type;
    if (type === "array") return writeArray(value, depth);
    return type === "object" ? writeObject(value, depth, extra) : "unknown";
  };

  const writeArray = (value: Schema, depth: number): string => {
    const items = Array.isArray(value.items) ? union(value.items.map((item) => write(item, depth + 1))) : undefined;
    return `readonly ${wrap(items ?? write(value.items, depth + 1))}[]`;
  };

  const writeObject = (value: Schema, depth: number, extra: Readonly<Record<string, string>>): string => {
    const properties = isMapping(value.properties) ? value.properties : {};
    const indent = "  ".repeat(indentOf(depth) + 1);
    const lines = Object.entries(properties).map(([name, property]) => {
      const type = name in extra ? (extra[name] ?? "unknown") : write(property, depth + 1);
      // Helm removes a value that is null.
      const nullable = type === "unknown" || / \| null$|^null$/.test(type) ? type : `${type} | null`;
      return `${comment(property, indent)}${indent}${key(name)}?: ${nullable};`;
    });
    for (const [name, type] of Object.entries(extra)) {
      if (!(name in properties)) lines.push(`${indent}${key(name)}?: ${type} | null;`);
    }
    const others = value.additionalProperties;
    const hasPatterns = isMapping(value.patternProperties);
    if (others !== false || hasPatterns) {
      // An index signature must fit all properties.
      const isTyped = isMapping(others) && lines.length === 0 && !hasPatterns;
      lines.push(`${indent}[key: string]: ${isTyped ? write(others, depth + 1) : "unknown"};`);
    }
    return lines.length === 0 ? "Record<string, never>" : `{\n${lines.join("\n")}\n${"  ".repeat(indentOf(depth))}}`;
  };

  return { type: write(root, 0, more), unresolved: [...unresolved] };
}

// The nesting of the text does not matter to TypeScript.
function indentOf(depth: number): number {
  return Math.min(depth, 8);
}

function guess(value: Schema, extra: object): string[] {
  if (isMapping(value.properties) || isMapping(value.additionalProperties) || Object.keys(extra).length > 0)
    return ["object"];
  return "items" in value ? ["array"] : [];
}

function resolvePointer(root: unknown, pointer: string): unknown {
  const keys = pointer.split("/").slice(1);
  return keys.reduce<unknown>((value, part) => {
    const name = unescapePointer(decodeURIComponent(part));
    return typeof value === "object" && value !== null ? (value as Schema)[name] : undefined;
  }, root);
}

function union(types: readonly string[]): string {
  const unique = [...new Set(types)];
  if (unique.length === 0 || unique.includes("unknown")) return "unknown";
  return unique.length === 1
    ? (unique[0] ?? "")
    : unique.map((type) => (type.includes("&") ? wrap(type) : type)).join(" | ");
}

function wrap(type: string): string {
  return /^\w+$/.test(type) || (type.startsWith("{") && type.endsWith("}") && !type.includes("} "))
    ? type
    : `(${type})`;
}

function literal(value: unknown): string {
  return typeof value === "object" && value !== null ? "unknown" : JSON.stringify(value);
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function comment(property: unknown, indent: string): string {
  const text = isMapping(property) && typeof property.description === "string" ? property.description.trim() : "";
  return text === "" ? "" : `${indent}/** ${text.replaceAll("*/", "* /").replace(/\s+/g, " ")} */\n`;
}
