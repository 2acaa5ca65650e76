import { describe, expect, it } from "vitest";
import { fieldsOf, interfaceNames } from "./interfaces.ts";
import { codeBlocks, codeWords, find, headings, pages, read, tableAfter } from "./pages.ts";

const readme = read("README.md");
const [passing = "", failing = "", config = ""] = codeBlocks(readme, "ts");
const snippets = read("test/plane/docs/docs-snippets.test.ts") + read("test/reliability/vitest-options.test.ts");

function significantLines(code: string): string[] {
  return code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

describe("the README", () => {
  it("shows a spec of 12 lines that is a test file of its own", () => {
    expect(passing).toBe(read("test/plane/docs/readme.test.ts"));
    expect(passing.trimEnd().split("\n")).toHaveLength(12);
  });

  it("shows a failing spec whose values are those that are tested", () => {
    const tested = read("test/plane/docs/readme-output.test.ts");
    const values = /const values = .*/.exec(failing)?.[0];
    expect(values).toBeDefined();
    expect(tested).toContain(values);
    expect(failing).toContain('dryRunChart("charts/web", { values })).toBeAccepted()');
  });

  it("names the versions that the engine is built from", () => {
    const goMod = read("engine/go.mod");
    for (const module of ["k8s.io/kubernetes v", "helm.sh/helm/v4 v", "go.etcd.io/etcd/server/v3 v"]) {
      const version = new RegExp(`${module}(\\S+)`).exec(goMod)?.[1];
      expect(readme, module).toContain(version);
    }
    expect(readme).toContain(`Go ${/^go (\d+\.\d+)/m.exec(goMod)?.[1]} or newer`);
  });

  it("begins with the two commands that set up", () => {
    const [commands = ""] = codeBlocks(readme, "sh");
    expect(commands).toContain("npm ci && npx seatrial check charts");
    expect(commands).toContain("npm ci && npm test");
  });
});

describe("the code in the pages", () => {
  const blocks = pages
    .filter((page) => page !== "README.md")
    .flatMap((page) => codeBlocks(read(page), "ts").map((code) => ({ page, code })));
  const specs = blocks.filter(({ code }) => !code.includes("defineConfig"));

  it.each(specs)("in $page is run by a test, line by line", ({ code }) => {
    const known = significantLines(snippets);
    const imports = /^import .* from "(seatrial|vitest)";$/;
    expect(significantLines(code).filter((line) => !known.includes(line) && !imports.test(line))).toEqual([]);
  });

  it("has the same configuration of vitest everywhere, with names that the package exports", () => {
    const configs = blocks.filter(({ code }) => code.includes("defineConfig")).map(({ code }) => code);
    expect(configs).toEqual([config]);
    const { exports } = JSON.parse(read("package.json")) as { exports: Record<string, unknown> };
    const names = [...config.matchAll(/"seatrial(\/[\w-]+)"/g)].map(([, path = ""]) => `.${path}`);
    expect(names).toEqual(["./global-setup", "./vitest"]);
    expect(Object.keys(exports)).toEqual(expect.arrayContaining(names));
  });

  it("imports from seatrial only what it exports", () => {
    const all = pages.flatMap((page) => codeBlocks(read(page), "ts"));
    const names = all.flatMap((code) =>
      [...code.matchAll(/import \{([^}]+)\} from "seatrial"/g)].flatMap(([, list = ""]) => list.split(",")),
    );
    const index = read("src/index.ts");
    const missing = names.map((name) => name.trim()).filter((name) => !new RegExp(`\\b${name}\\b`).test(index));
    expect(missing).toEqual([]);
  });
});

describe("docs/matchers.md", () => {
  const page = read("docs/matchers.md");
  const exported = [...read("src/matchers/index.ts").matchAll(/\bto[A-Z]\w+/g)].map(([name]) => name);

  it("has one heading for every matcher, and no other", () => {
    expect(headings(page).filter((heading) => heading.startsWith("to"))).toEqual(
      expect.arrayContaining([...new Set(exported)]),
    );
    expect(headings(page).filter((heading) => heading.startsWith("to")).length).toBe(new Set(exported).size);
  });

  it("names every key of what each matcher expects", () => {
    const missing = find("src/matchers/to-*.ts").flatMap((path) => {
      const source = read(path);
      const matcher = /export (?:async )?function (\w+)/.exec(source)?.[1];
      const rows = tableAfter(page, `## ${matcher}`).flatMap(([cell = ""]) => codeWords(cell));
      const keys = interfaceNames(source).flatMap((name) => fieldsOf(source, name).map((field) => field.name));
      return keys.filter((key) => !rows.includes(key)).map((key) => `${matcher}: ${key}`);
    });
    expect(missing).toEqual([]);
  });
});

describe("docs/library.md", () => {
  it("names every member of a release", () => {
    const rows = tableAfter(read("docs/library.md"), "## Release").flatMap(([cell = ""]) => codeWords(cell));
    const told = rows.map((row) => row.replace(/\(.*/, ""));
    const source = read("src/release/release.ts").split("export class Release")[1] ?? "";
    const members = [...source.matchAll(/^ {2}(?:async |readonly |get )*([a-z]\w*)(?:<[^>]*>)?[(:]/gm)].map(
      ([, name = ""]) => name,
    );
    const missing = [...new Set(members)].filter((name) => name !== "constructor" && !told.includes(name));
    expect(members).toContain("upgrade");
    expect(missing).toEqual([]);
  });

  it("has a heading for every helper", () => {
    const helpers = find("src/release/*-chart.ts").map(
      (path) => /export (?:async )?function (\w+)/.exec(read(path))?.[1],
    );
    expect(headings(read("docs/library.md"))).toEqual(expect.arrayContaining(helpers));
  });
});
