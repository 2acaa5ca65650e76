import { describe, expect, it } from "vitest";
import { readYamlLines } from "../../../src/chart/yaml-lines.ts";

const text = `# a comment
a: 1
b:
  - x: 1
    y: {q: 1,
      r: 2}
  - &n z
c: &m
  d: e
"q k": *m
a: 3
? [1, 2]
: v
block: |
  text
`;

describe("readYamlLines", () => {
  it.each([
    [["b"], 3],
    [["b", 0], 4],
    [["b", 0, "y", "r"], 6],
    [["b", 1], 7],
    [["c", "d"], 9],
    [["q k"], 10],
    [["block"], 14],
  ])("finds %j on line %i", (path, line) => {
    expect(readYamlLines(text).lineOf(path)).toBe(line);
  });

  it("finds the nearest value around what does not exist", () => {
    const { lineOf } = readYamlLines(text);
    expect(lineOf(["c", "nothing"])).toBe(8);
    expect(lineOf(["nothing"])).toBe(1);
    expect(readYamlLines("").lineOf(["a"])).toBe(1);
    expect(readYamlLines("---\na: 1\n").lineOf(["a"])).toBe(2);
  });

  it("finds every key that occurs twice", () => {
    expect(readYamlLines("a: 1\nb: { c: 1, c: 2 }\na: 3\n").duplicates).toEqual([
      { key: "c", line: 2, firstLine: 2 },
      { key: "a", line: 3, firstLine: 1 },
    ]);
  });
});
