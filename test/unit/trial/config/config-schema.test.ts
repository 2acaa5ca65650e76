import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { schemaTypes } from "../../../../src/chart/schema-types.ts";
import { parseYaml } from "../../../../src/chart/yaml.ts";
import { findSchemaProblems } from "../../../../src/trial/config/config-schema.ts";
import { skippableSteps } from "../../../../src/trial/skippable-steps.ts";
import { stepNames } from "../../../../src/trial/trial-result.ts";
import { codeBlocks, codeWords, find, read, tableAfter } from "../../docs/pages.ts";

interface Definition {
  properties?: Record<string, Definition>;
  items?: Definition;
  required?: string[];
  enum?: string[];
}

const schema = JSON.parse(read("schema/seatrial.schema.json")) as { definitions: Record<string, Definition> };
const { definitions } = schema;
const source = read("src/trial/config/config-file.ts");
const page = read("docs/configuration.md");

/** The members of an interface, its own and those that it extends: `name?` with its type. */
function membersOf(name: string): Map<string, string> {
  const [, parent, body = ""] =
    new RegExp(`^export interface ${name}(?: extends (\\w+))? \\{\\n([\\s\\S]*?)^\\}`, "m").exec(source) ?? [];
  const own = [...body.matchAll(/^ {2}(\w+\??): (.*);$/gm)].map(([, key = "", type = ""]): [string, string] => [
    key,
    type,
  ]);
  return new Map([...(parent === undefined ? [] : membersOf(parent)), ...own]);
}

/** The same of a definition. */
function propertiesOf({ properties = {}, required = [] }: Definition): string[] {
  return Object.keys(properties)
    .map((key) => (required.includes(key) ? key : `${key}?`))
    .sort();
}

describe("schema/seatrial.schema.json", () => {
  it.each([
    ["rootConfig", "RootConfig", definitions.rootConfig],
    ["chartConfig", "ChartConfig", definitions.chartConfig],
    ["caseConfig", "CaseConfig", definitions.caseConfig],
    ["namespace", "NamespaceConfig", definitions.namespace],
    ["allow", "AllowedConfig", definitions.allow?.items],
    ["failure", "FailureConfig", definitions.failure],
    ["mustFail", "FailureConfig", definitions.mustFail],
  ])("has in %s the keys of %s, required and optional", (_name, type, definition) => {
    const members = [...membersOf(type).keys()].sort();
    expect(members.length).toBeGreaterThan(2);
    expect(propertiesOf(definition ?? {})).toEqual(members);
  });

  it("has the types of the plain keys", () => {
    const members = membersOf("RootConfig");
    const plain = ["strict", "timeout", "nodes", "releaseName"];
    const types = plain.map((key) => schemaTypes({ ...schema, $ref: `#/definitions/${key}` }).type);
    expect(types).toEqual(plain.map((key) => members.get(`${key}?`)));
  });

  it("has all steps, and the steps that can be left out", () => {
    expect(definitions.step?.enum).toEqual([...stepNames]);
    expect(definitions.skip?.items?.enum).toEqual([...skippableSteps]);
  });

  it("is a schema of draft 7, for both files", () => {
    const ajv = new Ajv({ allowUnionTypes: true });
    ajv.addVocabulary(["patternErrorMessage"]);
    const isValid = ajv.compile(schema);
    expect(isValid({ timeout: "5m", charts: { web: { cases: { small: { values: "a.yaml" } } } } })).toBe(true);
    expect(isValid({ timeout: "5m", cases: { small: { values: "a.yaml" } } })).toBe(true);
    expect(isValid({ timout: "5m" })).toBe(false);
  });

  it("fits the examples of the docs and of the example charts", async () => {
    const blocks = codeBlocks(page, "yaml");
    const files = [...blocks, ...find("charts/*/ci/seatrial.yaml").map(read)];
    expect(files.length).toBeGreaterThan(3);
    for (const text of files) {
      const kind = text.startsWith("# seatrial.yaml") ? "rootConfig" : "chartConfig";
      expect(await findSchemaProblems(kind, parseYaml(text)), text).toEqual([]);
    }
  });

  it("has every key in docs/configuration.md", () => {
    const keys = ["rootConfig", "chartConfig"].flatMap((name) => Object.keys(definitions[name]?.properties ?? {}));
    const rows = tableAfter(page, "## Keys").flatMap(([cell = ""]) => codeWords(cell));
    expect([...new Set(keys)].filter((key) => !rows.includes(key))).toEqual([]);
    expect(rows.filter((row) => !keys.includes(row))).toEqual([]);
  });
});
