import { describe, expect, it } from "vitest";
import { overrideAll, overrideOf, switchedOff, switchOn, toOther } from "../../../src/values/change-value.ts";

describe("another value", () => {
  it("has the same type, and differs everywhere", () => {
    const value = { text: "a", number: 1, yes: true, none: null, list: ["a", { b: 2 }], empty: {}, items: [] };
    expect(toOther(value)).toEqual({
      text: "achanged",
      number: 2,
      yes: false,
      none: "changed",
      list: ["achanged", { b: 3 }],
      empty: { changed: "changed" },
      items: ["changed"],
    });
  });

  it("is written with the rest of its top-level key, because Helm replaces lists", () => {
    const values = { hosts: [{ name: "a", port: 1 }, { name: "b" }], other: 1 };
    expect(overrideOf(values, ["hosts", 0, "port"], 2)).toEqual({ hosts: [{ name: "a", port: 2 }, { name: "b" }] });
    expect(overrideOf(values, ["new", "key"], "x")).toEqual({ new: { key: "x" } });
    expect(overrideOf(values, ["other"], null)).toEqual({ other: null });
    const paths = [["hosts", 0, "port"], ["hosts", 1, "name"], ["other"]];
    expect(overrideAll(values, paths, toOther)).toEqual({
      hosts: [{ name: "a", port: 2 }, { name: "bchanged" }],
      other: 2,
    });
  });
});

describe("switches", () => {
  it("are the booleans that are false, outside of lists", () => {
    const values = { a: { enabled: false, on: true }, debug: false, list: [{ enabled: false }] };
    expect(switchedOff(values)).toEqual([["a", "enabled"], ["debug"]]);
    expect(switchOn(switchedOff(values))).toEqual({ a: { enabled: true }, debug: true });
  });
});
