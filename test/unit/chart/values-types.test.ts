import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { schemaTypes } from "../../../src/chart/schema-types.ts";
import { valuesDeclaration, valuesTypes } from "../../../src/chart/values-types.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

async function writeFiles(files: Record<string, string>): Promise<string> {
  const dir = await makeTempDir("st-types-");
  onTestFinished(() => dir.remove());
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir.path, name)), { recursive: true });
    await writeFile(join(dir.path, name), text);
  }
  return dir.path;
}

const chartYaml = (name: string, more = "") => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`;

describe("schemaTypes", () => {
  it.each([
    [{ type: "integer" }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ enum: ["a", 1, null] }, '"a" | 1 | null'],
    [{ const: true }, "true"],
    [{ type: "array", items: { type: ["string", "integer"] } }, "readonly (string | number)[]"],
    [{ type: "object", additionalProperties: { type: "string" } }, "{\n  [key: string]: string;\n}"],
    [{ type: "object", additionalProperties: false }, "Record<string, never>"],
    [{ anyOf: [{ type: "string" }, { type: "object" }] }, "string | {\n  [key: string]: unknown;\n}"],
    [{ oneOf: [{ required: ["a"] }, { required: ["b"] }] }, "unknown"],
    [true, "unknown"],
    [{}, "unknown"],
  ])("writes %j as %s", (schema, type) => {
    expect(
      schemaTypes(schema)
        .type.replaceAll(/^ {4}/gm, "  ")
        .replaceAll(/\n {2}\}/g, "\n}"),
    ).toBe(type);
  });

  it("follows references in the file, also recursive ones, and names those that lead out of it", () => {
    const definitions = { port: { type: "integer" }, tree: { properties: { child: { $ref: "#/definitions/tree" } } } };
    const properties = {
      port: { $ref: "#/definitions/port" },
      tree: { $ref: "#/definitions/tree" },
      other: { $ref: "https://example.com/schema.json#/x" },
    };
    const { type, unresolved } = schemaTypes({ definitions, properties });
    expect(type).toContain("port?: number | null;");
    expect(type).toContain("other?: unknown;");
    expect(unresolved).toEqual(["https://example.com/schema.json#/x"]);
  });

  it("quotes keys and ends no comment early", () => {
    const properties = { "a-b": { type: "string", description: "one */ two\nthree" } };
    expect(schemaTypes({ properties, additionalProperties: false }).type).toMatchInlineSnapshot(`
      "{
        /** one * / two three */
        "a-b"?: string | null;
      }"
    `);
  });
});

describe("valuesTypes", () => {
  it("is undefined for a chart without a schema, and rejects a file that is not JSON", async () => {
    const path = await writeFiles({ "Chart.yaml": chartYaml("web") });
    expect(await valuesTypes(path)).toBeUndefined();
    await writeFile(join(path, "values.schema.json"), "{");
    await expect(valuesTypes(path)).rejects.toMatchObject({ code: "SEATRIAL_SCHEMA" });
  });

  it("has the values of sub-charts below their names or aliases, and global", async () => {
    const dependencies = "dependencies: [{ name: db, version: 1.x.x, alias: store }, { name: gone, version: 1.x.x }]\n";
    const path = await writeFiles({
      "Chart.yaml": chartYaml("web", dependencies),
      "values.schema.json":
        '{ "type": "object", "properties": { "replicas": { "type": "integer" } }, "additionalProperties": false }',
      "charts/db/Chart.yaml": chartYaml("db"),
      "charts/db/values.schema.json":
        '{ "properties": { "size": { "type": "string" } }, "additionalProperties": false }',
    });
    const types = await valuesTypes(path);
    if (types === undefined) throw new Error("no types");
    expect(valuesDeclaration("charts/web", types)).toMatchInlineSnapshot(`
      "// Written by \`seatrial types\` from charts/web/values.schema.json. Do not edit.
      export {};

      declare module "seatrial" {
        interface ChartValues {
          "charts/web": {
        replicas?: number | null;
        store?: {
        size?: string | null;
      } | null;
        gone?: { [key: string]: unknown } | null;
        global?: { [key: string]: unknown } | null;
      };
        }
      }
      "
    `);
  });
});
