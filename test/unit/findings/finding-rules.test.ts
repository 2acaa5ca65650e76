import { describe, expect, it } from "vitest";
import { findingRules, findRule } from "../../../src/findings/rules/finding-rules.ts";
import { codeWords, find, headings, read, tableAfter } from "../docs/pages.ts";

const page = read("docs/findings.md");
const codes = findingRules.map(({ code }) => code);
const sources = [
  ...find(["src/**/*.ts", "!src/findings/rules/**", "!src/engine/**"]),
  ...find(["engine/internal/helm/**/*.go", "!**/*_test.go"]),
].map((path) => ({ path, text: read(path) }));

// `reason: "NoTests"`, `reason: isSecret ? "SecretRegenerated" : "ChangedByUpgrade"`, `Reason: "UnknownHook"`.
function reasonsIn(text: string): string[] {
  const values = [...text.matchAll(/\b[rR]eason:\s*((?:[\w.]+ \? )?"[A-Z][A-Za-z]+"(?: : "[A-Z][A-Za-z]+")?)/g)];
  return values.flatMap(([, value = ""]) => [...value.matchAll(/"([A-Za-z]+)"/g)].map(([, name = ""]) => name));
}

// The sections whose tables have severities.
const judged = [
  "Files and rendered objects",
  "Values",
  "Warnings of the API server",
  "References",
  "RBAC",
  "Helm 3 and 4",
  "Upgrades",
  "Leftovers",
];

function rowsUnder(heading: string): string[][] {
  return tableAfter(page, `## ${heading}\n`);
}

describe("the catalogue of findings", () => {
  it("has each code once", () => {
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  it("has every reason that the sources give to a finding", () => {
    const found = sources.flatMap(({ text }) => reasonsIn(text));
    expect(found).toContain("UnknownHook");
    expect(found).toContain("ChangedByUpgrade");
    expect([...new Set(found)].filter((reason) => findRule(reason) === undefined)).toEqual([]);
  });

  it("has only codes that the sources use", () => {
    const all = [...sources, { path: "", text: read("src/findings/rules/code-of.ts") }]
      .map(({ text }) => text)
      .join("\n");
    // The API server's reasons, which pass through.
    const passed = ["Forbidden", "Conflict"];
    expect(codes.filter((code) => !all.includes(`"${code}"`) && !passed.includes(code))).toEqual([]);
  });

  it("has a row or a heading in docs/findings.md for each code", () => {
    const rows = [...judged, "Refusals"].flatMap(rowsUnder);
    const documented = [...rows.flatMap(([cell = ""]) => codeWords(cell)), ...headings(page)];
    expect(codes.filter((code) => !documented.includes(code))).toEqual([]);
    const known = rows.flatMap(([cell = ""]) => codeWords(cell));
    expect(known.filter((code) => findRule(code) === undefined)).toEqual([]);
  });

  it("has the severities of docs/findings.md", () => {
    const documented = judged
      .flatMap(rowsUnder)
      .flatMap(([cell = "", severity = ""]) => codeWords(cell).map((code) => [code, severity]));
    expect(documented.length).toBeGreaterThan(15);
    for (const [code = "", severity] of documented) expect([code, findRule(code)?.severity]).toEqual([code, severity]);
  });

  it("cannot allow what docs/findings.md calls a refusal", () => {
    const documented = rowsUnder("Refusals").flatMap(([cell = ""]) => codeWords(cell));
    expect(documented.filter((code) => findRule(code)?.isAllowable !== false)).toEqual([]);
    expect(codes.filter((code) => findRule(code)?.isAllowable === false && !documented.includes(code))).toEqual([]);
  });
});
