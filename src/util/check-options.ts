import type { JsonValue } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { isMapping } from "./is-mapping.ts";
import { maskSecrets } from "./text/mask-secrets.ts";
import { nearestName } from "./text/nearest-name.ts";

/** The kinds of values that options have. */
export type OptionKind =
  | "string"
  | "boolean"
  | "number"
  | "object"
  | "array"
  | "string[]"
  | "function"
  | "duration"
  | "any";

/**
 * The values that an option allows: of a kind, of one of several kinds, or those for which a function returns `undefined`;
 * for other values it returns what was expected. The value `undefined` always passes, as if the option were absent.
 */
export type OptionCheck = OptionKind | readonly OptionKind[] | ((value: unknown) => string | undefined);

/** One check for each option; TypeScript reports a missing one. */
export type OptionSpec<Options> = { readonly [Name in keyof Options]-?: OptionCheck };

const expectations: Record<OptionKind, string> = {
  string: "a string",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  array: "an array",
  "string[]": "an array of strings",
  function: "a function",
  duration: 'a duration such as "30s"',
  any: "anything",
};

/**
 * Throws a `SEATRIAL_USAGE` error when `value` has an unknown key (the hint names the most similar known key) or an option of
 * the wrong kind (the message shows the value and its type). `call` names the function in the message.
 */
export function checkOptions<Options extends object>(call: string, value: unknown, spec: OptionSpec<Options>): void {
  if (value === undefined) return;
  if (!isKind(value, "object")) throw new UsageError(`${call}: the options must be an object, got ${describe(value)}`);
  for (const [name, option] of Object.entries(value as Record<string, unknown>)) {
    if (!Object.hasOwn(spec, name)) throw unknownOption(call, name, Object.keys(spec));
    if (option === undefined) continue;
    const expected = check((spec as Record<string, OptionCheck>)[name] ?? "any", option);
    if (expected !== undefined) {
      throw new UsageError(`${call}: option "${name}" must be ${expected}, got ${describe(option)}`);
    }
  }
}

function check(rule: OptionCheck, value: unknown): string | undefined {
  if (typeof rule === "function") return rule(value);
  const kinds = typeof rule === "string" ? [rule] : rule;
  if (kinds.some((kind) => isKind(value, kind))) return undefined;
  return kinds.map((kind) => expectations[kind]).join(" or ");
}

function isKind(value: unknown, kind: OptionKind): boolean {
  switch (kind) {
    case "any":
      return true;
    case "object":
      return isMapping(value);
    case "array":
      return Array.isArray(value);
    case "string[]":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "number":
      return typeof value === "number" && !Number.isNaN(value);
    case "duration":
      return typeof value === "string" && /^(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(value);
    default:
      return typeof value === kind;
  }
}

function unknownOption(call: string, name: string, known: string[]): UsageError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? `known options are ${known.sort().join(", ")}` : `did you mean "${nearest}"?`;
  return new UsageError(`${call}: unknown option "${name}"`, { hint });
}

/** The value and its type, as error messages show them: `30 (number)`, `"x" (string)`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `${value.name || "an unnamed function"} (function)`;
  if (typeof value === "bigint" || typeof value === "symbol") return `${String(value)} (${typeof value})`;
  let text: string | undefined;
  try {
    text = JSON.stringify(maskSecrets(value as JsonValue));
  } catch {
    // Of a circular object only the type is shown.
  }
  const shown = text === undefined ? "" : text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return `${shown} (${Array.isArray(value) ? "array" : typeof value})`.trim();
}
