import { describe, expect, it } from "vitest";
import { findDuplicateKey, formatYaml, isBlank, parseYaml, YamlSyntaxError } from "../../../src/chart/yaml.ts";

describe("parseYaml", () => {
  it.each([
    ["yes", true],
    ["off", false],
    ["y", true],
    ["N", false],
    ["~", null],
    ["0755", 493],
    ["0o17", 15],
    ["0x1F", 31],
    ["0b101", 5],
    ["1_000", 1000],
    ["-42", -42],
    ["1e3", 1000],
    [".5", 0.5],
    ["0.10", 0.1],
    ["08", 8],
    ["1:30", "1:30"],
    ["2026-11-24", "2026-11-24"],
    ["1.2.3", "1.2.3"],
    ['"yes"', "yes"],
    ["'0755'", "0755"],
    ["!!str 12", "12"],
  ])("reads %s as Kubernetes does", (text, expected) => {
    expect(parseYaml(`value: ${text}`)).toEqual({ value: expected });
  });

  it("takes the last of two equal keys", () => {
    expect(parseYaml("a: 1\na: 2\n")).toEqual({ a: 2 });
  });

  it("merges what an alias names", () => {
    expect(parseYaml("base: &base { a: 1, b: 2 }\nother:\n  <<: *base\n  b: 3\n")).toEqual({
      base: { a: 1, b: 2 },
      other: { a: 1, b: 3 },
    });
  });

  it.each(["", "# nothing\n", "---\n# nothing\n...\n"])("reads %j as nothing", (text) => {
    expect(parseYaml(text)).toBeUndefined();
    expect(isBlank(text)).toBe(true);
  });

  it("reads brackets, braces and quoted texts that are not indented, as Helm does", () => {
    const text = `spec:
  command: [
      "it's a ] # \\" bracket",
    'it''s [', # a ] in a comment
  x,
  ]
  map: {
a: [
1
], b: 2
  }
  text: "one
  two"
  block: |
    ]
  last: 1
`;
    expect(parseYaml(text)).toEqual({
      spec: {
        command: ["it's a ] # \" bracket", "it's [", "x"],
        map: { a: [1], b: 2 },
        text: "one two",
        block: "]\n",
        last: 1,
      },
    });
    const many = Array.from({ length: 2000 }, (_, index) => `  ${index},`).join("\n");
    expect(parseYaml(`a:\n  b: [\n${many}\n  ]\n`)).toMatchObject({ a: { b: { length: 2000 } } });
    expect(() => parseYaml("a: {\n b: [\n}\n")).toThrow("missed comma");
  });

  it("names the line of a syntax error", () => {
    const parse = () => parseYaml("a: 1\nb: [1, 2\nc: 3\n");
    expect(parse).toThrow(YamlSyntaxError);
    expect(parse).toThrow(expect.objectContaining({ line: 3 }));
  });
});

describe("formatYaml", () => {
  it("quotes what another parser would read as something else", () => {
    const value = { a: "yes", b: "1e3", c: "0755", d: "2026-11-24", e: 1234567, f: true };
    expect(formatYaml(value)).toMatchInlineSnapshot(`
      "a: 'yes'
      b: '1e3'
      c: '0755'
      d: '2026-11-24'
      e: 1234567
      f: true
      "
    `);
    expect(parseYaml(formatYaml(value))).toEqual(value);
  });
});

describe("a document that multiplies itself", () => {
  const levels = (count: number) =>
    Array.from({ length: count }, (_, level) => {
      const item = level === 0 ? "x" : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(10).fill(item).join(",")}]\n`;
    }).join("");

  it("is refused before anything serialises it", () => {
    expect(() => parseYaml(levels(9))).toThrow("the document contains excessive aliasing");
    expect(() => parseYaml("a: &a [*a]\n")).toThrow("the document contains excessive aliasing");
  });

  it("is read when it stays small", () => {
    expect(Object.keys(parseYaml(levels(4)) as object)).toHaveLength(4);
    expect(parseYaml("a: &a { b: 1 }\nc: *a\n")).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });
});

describe("findDuplicateKey", () => {
  it.each([
    ["a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", { key: "c", line: 5 }],
    ['{ "x.y/z": 1, "x.y/z": 2 }\n', { key: "x.y/z", line: 1 }],
    ["labels:\n  app: a\nlabels: {}\n", { key: "labels", line: 3 }],
  ])("finds it in %j", (text, expected) => {
    expect(findDuplicateKey(text)).toEqual(expected);
  });

  it.each(["a: 1\nb: { a: 1 }\n", "a: [\n", ""])("finds none in %j", (text) => {
    expect(findDuplicateKey(text)).toBeUndefined();
  });
});
