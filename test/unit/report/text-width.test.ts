import { describe, expect, it } from "vitest";
import { makeStyle } from "../../../src/report/style.ts";
import { padTo, shortenTo, textWidth, wrapTo } from "../../../src/report/text-width.ts";

describe("textWidth", () => {
  it.each([
    ["", 0],
    ["web", 3],
    ["日本語", 6],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    [makeStyle(true).bad("FAIL"), 4],
  ])("of %j is %i columns", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe("padTo", () => {
  it("fills up to a width in columns", () => {
    expect(padTo("日本", 6)).toBe("日本  ");
    expect(padTo("日本", 3)).toBe("日本");
  });
});

describe("shortenTo", () => {
  it.each([
    ["abcdef", 6, "abcdef"],
    ["abcdef", 5, "ab…ef"],
    ["abcdef", 4, "ab…f"],
    ["abcdef", 1, "…"],
    ["abcdef", 0, ""],
    ["日本語です", 10, "日本語です"],
    ["日本語です", 9, "日本…です"],
    ["日本語です", 8, "日本…す"],
    ["日本語です", 4, "日…"],
    ["👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5, "👩‍👩‍👧…👩‍👩‍👧"],
  ])("cuts the middle of %j to %i columns and splits no character", (text, width, expected) => {
    expect(shortenTo(text, width)).toBe(expected);
  });
});

describe("wrapTo", () => {
  it("breaks at spaces by columns, keeps a long word whole and the indent of a line", () => {
    expect(wrapTo("日本 語 です", 5)).toEqual(["日本", "語", "です"]);
    expect(wrapTo("  one two /a/long/path", 8)).toEqual(["  one", "  two", "  /a/long/path"]);
    expect(wrapTo("one\n two", 8)).toEqual(["one", " two"]);
  });
});
