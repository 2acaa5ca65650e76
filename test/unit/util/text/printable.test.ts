import { describe, expect, it } from "vitest";
import {
  toPrintable,
  toPrintableLabel,
  toPrintableLine,
  toPrintableMessage,
  toPrintableResult,
} from "../../../../src/util/text/printable.ts";

const controls = [
  ...Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 0x09 && code !== 0x0a),
  ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
];

describe("toPrintable", () => {
  it("shows every control character by its code", () => {
    for (const code of controls) {
      const shown = `\\u${code.toString(16).padStart(4, "0")}`;
      expect(toPrintable(`a${String.fromCharCode(code)}b`)).toBe(code === 0x0d ? "a\\rb" : `a${shown}b`);
    }
  });

  it("keeps line breaks, letters of all languages, emoji and what is escaped already", () => {
    const text = "größe 大小 مرحبا 👩‍💻\nC:\\dir \\u001b";
    expect(toPrintable(text)).toBe(text);
  });

  it.for([
    ["::error::red", "\\::error::red"],
    ["  ::add-mask::web", "  \\::add-mask::web"],
    ["first\n::error file=a.yaml,line=1::red", "first\n\\::error file=a.yaml,line=1::red"],
    ["wrapped here ::set-output name=a::b", "wrapped here \\::set-output name=a::b"],
    ["##[error]red", "#\\#[error]red"],
    ["in the middle ##[add-mask]web", "in the middle #\\#[add-mask]web"],
    ["###[group]x", "##\\#[group]x"],
    ["##vso[task.setvariable variable=a]b", "#\\#vso[task.setvariable variable=a]b"],
    ["##teamcity[buildStatus status='SUCCESS']", "#\\#teamcity[buildStatus status='SUCCESS']"],
  ] as const)("makes %j harmless", ([text, shown]) => {
    expect(toPrintable(text)).toBe(shown);
    expect(toPrintable(shown)).toBe(shown);
  });

  it.for(["fe80::1", "::1", "address ::ffff:10.0.0.1", "std::vector", "## heading", "a##b"])("leaves %j", (text) => {
    expect(toPrintable(text)).toBe(text);
  });
});

it("a text of one line shows its line breaks and tabs", () => {
  expect(toPrintableLine("web\n::error::red\r\tx")).toBe("web\\n::error::red\\r\\tx");
});

it("a name at the beginning of a line is in quotes unless it begins with a letter or a digit", () => {
  expect(["web 1.0", "::error::x", "--- group", "\u001b[2J"].map(toPrintableLabel)).toEqual([
    "web 1.0",
    '"\\::error::x"',
    '"--- group"',
    '"\\u001b[2J"',
  ]);
});

it("only the first line of a message begins in the first column, and its hint", () => {
  expect(toPrintableMessage("first\nsecond\n  third\nHint: fix it")).toBe("first\n  second\n  third\nHint: fix it");
});

it("only messages and hints of a result keep their line breaks", () => {
  const result = { id: "a\nb", steps: [{ message: "a\nb\u0007", count: 1, notes: ["a\nb"], none: undefined }] };
  expect(toPrintableResult(result)).toEqual({
    id: "a\\nb",
    steps: [{ message: "a\nb\\u0007", count: 1, notes: ["a\\nb"], none: undefined }],
  });
});
