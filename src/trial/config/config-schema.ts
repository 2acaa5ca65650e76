import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { YamlPath } from "../../chart/yaml-lines.ts";
import { describe } from "../../util/check-options.ts";
import { unescapePointer } from "../../util/json-pointer.ts";
import { packageRoot } from "../../util/package-root.ts";
import { nearestName } from "../../util/text/nearest-name.ts";

/** The two kinds of seatrial.yaml, by their definitions in the schema. */
export type ConfigKind = "rootConfig" | "chartConfig";

/** What is wrong with a value of a seatrial.yaml. */
export interface ConfigProblem {
  path: YamlPath;
  message: string;
}

type Schema = { type?: string | string[]; properties?: object; patternErrorMessage?: string };

// The schema is our own, and a test checks it. Half of the time to compile it went into checks and shorter code.
const UNCHECKED = { validateSchema: false, meta: false, inlineRefs: false, code: { optimize: false } } as const;

const validators = new Map<ConfigKind, ValidateFunction>();

/** What the schema for editors, schema/seatrial.schema.json, says about the value of a seatrial.yaml. */
export async function findSchemaProblems(kind: ConfigKind, value: unknown): Promise<ConfigProblem[]> {
  const validate = validators.get(kind) ?? (await compile(kind));
  validators.set(kind, validate);
  validate(value);
  return (validate.errors ?? []).map(toProblem);
}

// The library takes longer to load than most files: only a run with a seatrial.yaml loads it.
async function compile(kind: ConfigKind): Promise<ValidateFunction> {
  const { Ajv } = await import("ajv");
  const schema = JSON.parse(await readFile(join(packageRoot, "schema", "seatrial.schema.json"), "utf8")) as object;
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, ...UNCHECKED });
  ajv.addVocabulary(["patternErrorMessage"]);
  ajv.addSchema(schema, "seatrial");
  return ajv.compile({ $ref: `seatrial#/definitions/${kind}` });
}

function toProblem(error: ErrorObject): ConfigProblem {
  const path = error.instancePath.split("/").slice(1).map(unescapePointer);
  const { properties = {}, patternErrorMessage } = (error.parentSchema ?? {}) as Schema;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      const keys = Object.keys(properties);
      const nearest = nearestName(key, keys);
      const hint = nearest === undefined ? `known keys are ${keys.join(", ")}` : `did you mean ${nearest}?`;
      return { path: [...path, key], message: `unknown key: ${hint}` };
    }
    case "required":
      return { path, message: `it has no ${String(params.missingProperty)}` };
    case "type":
      return { path, message: `it must be ${typeNames(params.type)}, got ${describe(error.data)}${quoteHint(error)}` };
    case "enum": {
      const known = (params.allowedValues as unknown[]).map(String);
      const nearest = nearestName(String(error.data), known);
      const hint = nearest === undefined ? `one of ${known.join(", ")}` : `did you mean ${nearest}?`;
      return { path, message: `unknown value ${JSON.stringify(error.data)}: ${hint}` };
    }
    case "pattern":
      return { path, message: `it must be ${patternErrorMessage}, got ${JSON.stringify(error.data)}` };
    case "minLength":
    case "minItems":
      return { path, message: "it must not be empty" };
    default:
      return { path, message: `it ${error.message ?? "is wrong"}, got ${describe(error.data)}` };
  }
}

const names: Record<string, string> = {
  string: "a text",
  object: "a mapping",
  array: "a list",
  integer: "a whole number",
  boolean: "true or false",
  null: "nothing",
};

function typeNames(type: unknown): string {
  const types = [type].flat().map(String);
  const shown = types.filter((name) => name !== "null").map((name) => names[name] ?? name);
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

// YAML reads 1.30 as the number 1.3, and yes as true.
function quoteHint({ params, data }: ErrorObject): string {
  const wantsText = [(params as { type?: unknown }).type].flat().includes("string");
  return wantsText && (typeof data === "number" || typeof data === "boolean") ? ": put it in quotes" : "";
}
