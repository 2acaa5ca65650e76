import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import glob from "fast-glob";
import { describe, expect, it } from "vitest";
import { proseOfPage, proseOfSource, proseOfTitles } from "../helpers/repository/prose.ts";
import { allowedTexts, findWords, forbiddenWords, formatWordFinding } from "../helpers/repository/words.ts";
import { codeWords, tableAfter } from "./docs/pages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, "utf8");

function findIn(patterns: string[], proseOf: (text: string, path: string) => string): string[] {
  const paths = glob.sync(patterns, { cwd: root, ignore: ["**/node_modules/**", "dist/**"] }).sort();
  if (paths.length === 0) throw new Error(`no file matches ${patterns.join(", ")}`);
  return paths.flatMap((path) => findWords(path, proseOf(read(path), path)).map(formatWordFinding));
}

/** Lines of a source, in which «x» stands for a placeholder of a template. */
function withPlaceholders(lines: string[]): string {
  return lines.join("\n").replaceAll("«", "${").replaceAll("»", "}");
}

describe("the words of CONTRIBUTING.md#english", () => {
  it("are in every page", () => {
    expect(findIn(["*.md", "docs/**/*.md", ".github/**/*.md"], proseOfPage)).toEqual([]);
  });

  it("are in every message and comment of the package and the benchmarks", () => {
    const patterns = ["src/**/*.ts", "bench/**/*.ts", "bench/**/*.go"];
    expect(findIn(patterns, (text, path) => proseOfSource(text, path.endsWith(".go") ? "go" : "ts"))).toEqual([]);
  });

  it("are in every message and comment of the engine", () => {
    expect(findIn(["engine/**/*.go", "!engine/**/*_test.go"], (text) => proseOfSource(text, "go"))).toEqual([]);
  });

  it("are in every title of a test", () => {
    expect(findIn(["test/**/*.test.ts", "charts/**/*.spec.ts"], proseOfTitles)).toEqual([]);
  });
});

describe("the table of CONTRIBUTING.md#english", () => {
  const rows = tableAfter(read("CONTRIBUTING.md"), "## English").flatMap(([cell = ""]) => codeWords(cell));

  it("names only words that are found", () => {
    expect(rows.filter((words) => findWords("a.md", `${words} `).length === 0)).toEqual([]);
  });

  it("names every word that is found", () => {
    const named = new Set(rows.flatMap((words) => findWords("a.md", `${words} `).map(({ write }) => write)));
    expect(forbiddenWords.filter(({ write }) => !named.has(write))).toEqual([]);
  });
});

describe("findWords", () => {
  const sentences = forbiddenWords.flatMap(({ bad, write }) => bad.map((sentence) => ({ sentence, write })));

  it.each(sentences)("finds the word in $sentence", ({ sentence, write }) => {
    expect(findWords("a.md", sentence).map((finding) => finding.write)).toContain(write);
  });

  it.each([
    "There is no engine, and there are none to build.",
    "The Pod is no longer ready.",
    "`toFolder` names a directory; `folder` is code.",
    "Two Pods that cannot be told apart.",
    "An object has a name and must be unique.",
    "It has to be a directory.",
    "The lock is held for 30 s.",
    "Two findings count as one error.",
    "The table counts UTF-16 units.",
    "They go on to the next chart.",
    "Ways of starting it out of order.",
  ])("finds nothing in %s", (sentence) => {
    expect(findWords("a.md", proseOfPage(sentence))).toEqual([]);
  });

  it("names the line, the word and what to write", () => {
    const findings = findWords("docs/a.md", "One.\nThe data\nfolder is gone, and the way\nout too.\n");
    expect(findings.map(formatWordFinding)).toEqual([
      'docs/a.md:3: "folder": write directory',
      'docs/a.md:3: "way out": write fix, or what to do',
    ]);
  });

  it("has a reason for every text that it allows", () => {
    expect(allowedTexts.filter(({ why }) => why.length < 10)).toEqual([]);
    expect(findWords("a.md", allowedTexts.map(({ text }) => text).join(". "))).toEqual([]);
  });
});

describe("the prose of a page", () => {
  it("leaves out code, link targets and titles of tests", () => {
    const page = [
      "One [folder](folder.md) and `folder`.",
      "```sh",
      "ls folder",
      "```",
      "| `test/a.test.ts`: says so beside it | told |",
    ].join("\n");
    expect(findWords("a.md", proseOfPage(page)).map(formatWordFinding)).toEqual([
      'a.md:1: "folder": write directory',
      'a.md:5: "told": write report, say, show or print',
    ]);
  });
});

describe("the prose of a source", () => {
  const lines = (source: string, language: "ts" | "go") =>
    findWords("a", proseOfSource(source, language)).map(({ line, word }) => `${line} ${word}`);

  it("is its comments, across their lines", () => {
    const source = "// It waits for\n// ever.\n/**\n * The way\n * out, `mend` {@link mend}.\n */\nconst folder = 1;\n";
    expect(lines(source, "ts")).toEqual(["1 for ever", "4 way out"]);
    expect(lines(source, "go")).toEqual(["1 for ever", "4 way out"]);
  });

  it("is its strings with a space, and the parts of its templates", () => {
    const source = [
      'import { x } from "./folder.ts";',
      'const a = "the folder";',
      `const b = 'it\\'s told';`,
      "const c = `«x({ y: `in vain, «z»` })» is no «w» of a folder`;",
      "const d = /a folder/.test(a) ? 4 / 2 : folder / 2;",
      'const e = ["way", "out"];',
    ];
    expect(lines(withPlaceholders(source), "ts")).toEqual(["2 folder", "3 told", "4 in vain", "4 is no", "4 folder"]);
  });

  it("is the strings of Go, raw ones and those after a rune included", () => {
    const source = ["a := '\"'", 'b := "the folder"', "c := `so", "many files`", "d := '\\''", "// told"].join("\n");
    expect(lines(source, "go")).toEqual(["2 folder", "3 so many", "6 told"]);
  });
});

describe("the titles of a test file", () => {
  it("are those of it, test, describe, each and skipIf, and nothing else", () => {
    const source = [
      'describe("a folder", () => {',
      '  it("tells a name", () => expect(read("the folder")).toBe("the folder"));',
      '  it.each([["b folder"]])("mends %s twice", () => {});',
      "  it.skipIf(x)(`is beside «y» twice`, () => {});",
      "});",
    ];
    expect(findWords("a", proseOfTitles(withPlaceholders(source))).map(({ line, word }) => `${line} ${word}`)).toEqual([
      "1 folder",
      "2 tells",
      "3 mends",
      "4 beside",
    ]);
  });
});
