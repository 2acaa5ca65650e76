import { describe, expect, it } from "vitest";
import { layers, packageOwners } from "../../helpers/repository/architecture.ts";
import { codeBlocks, codeWords, prose, read, tableAfter } from "./pages.ts";

const page = read("docs/architecture.md");
const start = page.indexOf("## Layers of the TypeScript");
const section = page.slice(start, page.indexOf("\n## ", start));
const directories = layers.filter(([name]) => name !== "index.ts");

describe("docs/architecture.md", () => {
  it("shows the layers that are enforced", () => {
    const [shown = ""] = codeBlocks(section, "");
    const line = directories.map((names) => (names.length === 1 ? names[0] : `{ ${names.join(", ")} }`)).join(" < ");
    expect(shown.trim().replace(/\s+/g, " ")).toBe(line);
  });

  it("has a row for every directory, in the order of the layers", () => {
    const rows = tableAfter(page, "## Layers of the TypeScript").map(([cell = ""]) => codeWords(cell));
    const order = rows.flat().map((name) => directories.findIndex((names) => names.includes(name)));
    expect(rows.flat().sort()).toEqual(directories.flat().sort());
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });

  it("names every package that has an owner", () => {
    expect(Object.keys(packageOwners).filter((name) => !prose(section).includes(name))).toEqual([]);
  });
});
