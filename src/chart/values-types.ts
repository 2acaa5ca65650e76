import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ChartError } from "../errors/chart-error.ts";
import { readChart } from "./chart.ts";
import { type SchemaTypes, schemaTypes } from "./schema-types.ts";

/** The types of a chart's values, and what they could not be made for. */
export interface ValuesTypes extends SchemaTypes {
  chartName: string;
}

/**
 * The types of the values that `values.schema.json` of a chart describes, with those of its unpacked sub-charts below their names
 * or aliases, and `global`. Resolves with `undefined` for a chart without a schema. Rejects with `SEATRIAL_SCHEMA` for a file that
 * is not JSON.
 */
export async function valuesTypes(path: string): Promise<ValuesTypes | undefined> {
  const { metadata } = await readChart(path);
  const schema = await readSchema(path);
  if (schema === undefined) return undefined;
  const more: Record<string, string> = {};
  const unresolved: string[] = [];
  for (const { name, alias } of metadata.dependencies) {
    const types = await valuesTypes(join(path, "charts", name)).catch(missing);
    more[alias ?? name] = types?.type ?? "{ [key: string]: unknown }";
    unresolved.push(...(types?.unresolved ?? []));
  }
  if (metadata.dependencies.length > 0) more.global = "{ [key: string]: unknown }";
  const types = schemaTypes(schema, withoutDescribed(more, schema));
  return { chartName: metadata.name, type: types.type, unresolved: [...unresolved, ...types.unresolved] };
}

/** The source of a declaration file that gives `seatrial` the values of this chart, by the path that specs pass. */
export function valuesDeclaration(chartPath: string, { type }: ValuesTypes): string {
  return `// Written by \`seatrial types\` from ${chartPath}/values.schema.json. Do not edit.
export {};

declare module "seatrial" {
  interface ChartValues {
    ${JSON.stringify(chartPath)}: ${type};
  }
}
`;
}

async function readSchema(path: string): Promise<unknown> {
  const file = join(path, "values.schema.json");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new ChartError("SEATRIAL_SCHEMA", `${file} is not JSON: ${(error as Error).message}`, { file, cause: error });
  }
}

// What the chart's own schema says about its sub-charts is more exact for this chart.
function withoutDescribed(more: Record<string, string>, schema: unknown): Record<string, string> {
  const own =
    (schema as { properties?: Record<string, { properties?: unknown; $ref?: unknown }> } | null)?.properties ?? {};
  const isDescribed = (name: string) => own[name]?.properties !== undefined || own[name]?.$ref !== undefined;
  return Object.fromEntries(Object.entries(more).filter(([name]) => !isDescribed(name)));
}

// A sub-chart that is a .tgz, or that has not been fetched.
function missing(error: unknown): undefined {
  if (error instanceof ChartError && error.code === "SEATRIAL_CHART_LOAD") return undefined;
  throw error;
}
