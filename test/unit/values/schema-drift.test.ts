import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/errors/seatrial-error.ts";
import { ReadIndex } from "../../../src/values/read-index.ts";
import { schemaDrift } from "../../../src/values/schema-drift.ts";

function drift(schema: object, defaults: JsonObject, reads: string[] = [], dependencies: string[][] = []): string[] {
  const inputs = { reads: reads.map((key) => ({ path: key.split("."), whole: true })), defaults, dependencies };
  const findings = schemaDrift(JSON.stringify(schema), "web", { inputs, index: new ReadIndex(inputs.reads) });
  return findings.map(({ reason, field }) => `${reason} ${field}`);
}

describe("the drift of a schema", () => {
  it("is a value that the schema does not list next to others", () => {
    const properties = { replicas: { type: "integer" }, image: { properties: { repository: {}, tag: {} } } };
    const defaults = { replicas: 1, image: { repository: "a", tag: "1", pullPolicy: "Always" }, extra: 1 };
    expect(drift({ properties }, defaults)).toEqual(["SchemaLacksValue extra", "SchemaLacksValue image.pullPolicy"]);
  });

  it("is not a value that the schema means to leave open", () => {
    const properties = { a: {}, b: {} };
    const defaults = { a: 1, b: 2, c: 3 };
    expect(drift({ properties, additionalProperties: true }, defaults)).toEqual([]);
    expect(drift({ properties, additionalProperties: { type: "integer" } }, defaults)).toEqual([]);
    expect(drift({ properties, patternProperties: { "^c": {} } }, defaults)).toEqual([]);
    expect(drift({ properties, anyOf: [{ properties: { c: {} } }] }, defaults)).toEqual([]);
    expect(drift({ properties: { a: {} } }, defaults)).toEqual([]);
    expect(drift({ properties: { a: {}, b: {} } }, { a: 1, b: 1, global: {}, redis: {} }, [], [["redis"]])).toEqual([]);
  });

  it("is a property that neither values.yaml has nor a template reads", () => {
    const properties = { a: {}, old: {}, optional: {}, nested: { properties: { x: {}, gone: {} } } };
    expect(drift({ properties }, { a: 1, nested: { x: 1 } }, ["a", "optional", "nested.x"])).toEqual([
      "SchemaOnlyValue old",
      "SchemaOnlyValue nested.gone",
    ]);
  });

  it("is another default, also in a reference and in allOf", () => {
    const schema = {
      properties: {
        a: { $ref: "#/$defs/a" },
        b: { allOf: [{ default: 1 }] },
        c: { default: "x" },
        list: { default: [] },
        none: { default: 1 },
      },
      $defs: { a: { default: 2 } },
    };
    expect(drift(schema, { a: 1, b: 2, c: "x", list: ["y"], none: null })).toEqual([
      "SchemaDefaultDiffers a",
      "SchemaDefaultDiffers b",
      "SchemaDefaultDiffers list",
    ]);
  });

  it("is unknown for references that lead out of the file, and for a file that is not JSON", () => {
    expect(drift({ allOf: [{ $ref: "https://example.com/x.json" }], properties: { a: {} } }, { a: 1, b: 1 })).toEqual(
      [],
    );
    const inputs = { reads: [], defaults: {}, dependencies: [] };
    expect(schemaDrift("{", "web", { inputs, index: new ReadIndex([]) })).toEqual([]);
  });

  it("names a property with a similar name", () => {
    const schema = { properties: { replicas: {}, pullPolcy: {}, image: {} } };
    const inputs = { reads: [], defaults: { replicas: 1, image: 1, pullPolicy: "x" }, dependencies: [] };
    const known = { inputs, index: new ReadIndex([{ path: ["pullPolicy"], whole: true }]) };
    const [first] = schemaDrift(JSON.stringify(schema), "web", known);
    expect(first?.hint).toBe("the schema has pullPolcy: use one name");
  });
});
