import { describe, expect, it } from "vitest";
import { referenceReasons } from "../../../src/references/reference-reasons.ts";
import { codeWords, read } from "./pages.ts";

const rows = read("docs/references.md").match(/^\| `.*$/gm) ?? [];
const named = rows.flatMap((row) => codeWords(row.split("|")[1] ?? ""));

describe("docs/references.md", () => {
  it("has a row for every reason, and for no other", () => {
    expect([...new Set(named)].sort()).toEqual([...referenceReasons].sort());
  });
});
