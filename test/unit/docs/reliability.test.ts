import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { read } from "./pages.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = read("docs/reliability.md");

/** The tests that the rows of the page's tables name, and the rows that name none. */
function namedTests(text: string) {
  const tests: { file: string; title: string }[] = [];
  const without: string[] = [];
  let isHeld = false;
  for (const line of text.split("\n")) {
    if (!line.startsWith("|")) isHeld = false;
    const [, promise = "", cell = ""] = line.split("|").map((part) => part.trim());
    if (/^Promise$/.test(promise)) isHeld = true;
    else if (isHeld && !/^-+$/.test(promise)) {
      const found = cell.split("<br>").flatMap((part) => {
        const [, file = "", title = ""] = /^`([^`]+)`: (.+)$/.exec(part.trim()) ?? [];
        return file === "" ? [] : [{ file, title }];
      });
      if (found.length === 0 || found.length < cell.split("<br>").length) without.push(promise);
      tests.push(...found);
    }
  }
  return { tests, without };
}

function problemOf({ file, title }: { file: string; title: string }): string | undefined {
  if (!existsSync(`${root}/${file}`)) return `${file}: there is no such file`;
  const source = read(file);
  const spellings = [`"${title}"`, `'${title}'`, `\`${title}\``, `func ${title}(`];
  return spellings.some((spelling) => source.includes(spelling)) ? undefined : `${file} has no test "${title}"`;
}

describe("docs/reliability.md", () => {
  const { tests, without } = namedTests(page);

  it("names a test for every promise", () => {
    expect(without).toEqual([]);
    expect(tests.length).toBeGreaterThan(20);
  });

  it("names only tests that are there", () => {
    expect(tests.flatMap((test) => problemOf(test) ?? [])).toEqual([]);
  });
});

describe("problemOf", () => {
  it("finds a missing file, a missing test, and a row without a test", () => {
    const here = "test/unit/docs/reliability.test.ts";
    expect(problemOf({ file: "test/nowhere.test.ts", title: "x" })).toBe("test/nowhere.test.ts: there is no such file");
    expect(problemOf({ file: here, title: ["not", "there"].join(" ") })).toContain(`${here} has no test`);
    expect(problemOf({ file: here, title: "names a test for every promise" })).toBeUndefined();
    const rows = "| Promise | Held by |\n|---|---|\n| one | `a.ts`: b<br>`c.ts`: d |\n| two | |\n";
    expect(namedTests(rows)).toEqual({
      tests: [
        { file: "a.ts", title: "b" },
        { file: "c.ts", title: "d" },
      ],
      without: ["two"],
    });
  });
});
