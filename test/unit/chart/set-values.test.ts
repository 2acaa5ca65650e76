import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { toSetTexts } from "../../../src/chart/set-values.ts";

// That Helm reads these texts as the values that were given is tested in test/plane/release/values.test.ts.

describe("toSetTexts", () => {
  it("passes typed scalars by set, strings by setString", () => {
    expect(toSetTexts({ set: { a: 1, b: true, c: null, d: "text", e: "1e3", f: "true" } })).toMatchObject({
      set: ["a=1", "b=true", "c=null"],
      setString: ["d=text", "e=1e3", "f=true"],
      setJson: [],
    });
  });

  it("passes values that set cannot express as JSON", () => {
    expect(toSetTexts({ set: { a: 0.5, b: [], c: ["x", 1], d: 1e21 } })).toMatchObject({
      set: [],
      setJson: ["a=0.5", "b=[]", 'c=["x",1]', "d=1e+21"],
    });
  });

  it("escapes characters that end a value or open a list", () => {
    expect(toSetTexts({ set: { a: "x,y", b: "c:\\d", c: "{x}", d: "a=b" } }).setString).toEqual([
      "a=x\\,y",
      "b=c:\\\\d",
      "c=\\{x}",
      "d=a=b",
    ]);
  });

  it("writes lists, with each item escaped", () => {
    expect(toSetTexts({ set: { a: ["x,y", "z}"], b: [1, true] }, setString: { c: [1, 2] } })).toMatchObject({
      set: ["b={1,true}"],
      setString: ["a={x\\,y,z\\}}", "c={1,2}"],
    });
  });

  it("keeps the syntax of keys", () => {
    expect(toSetTexts({ set: { "hosts[0].name": 1, "a\\.b/c\\,d": 2 } }).set).toEqual([
      "hosts[0].name=1",
      "a\\.b/c\\,d=2",
    ]);
  });

  it("reads files from the working directory and passes literals unchanged", () => {
    const texts = toSetTexts({ setFile: { a: "x,y.txt" }, setLiteral: { b: "x,y={z}" }, setJson: { c: { d: [1] } } });
    expect(texts.setFile).toEqual([`a=${resolve("x,y.txt").replace(",", "\\,")}`]);
    expect(texts.setLiteral).toEqual(["b=x,y={z}"]);
    expect(texts.setJson).toEqual(['c={"d":[1]}']);
  });

  it.each([
    [{ set: { "a=b": 1 } }, 'set: "a=b" is not a key that Helm reads'],
    [{ set: { "": 1 } }, 'set: "" is not a key that Helm reads'],
    [{ setString: { "a,b": "x" } }, 'setString: "a,b" is not a key that Helm reads'],
    [{ set: { a: { b: 1 } as never } }, 'set: "a" must be a string, a number, a boolean, null or a list of these'],
    [{ set: { a: undefined as never } }, 'set: "a" is undefined; use null to remove a value'],
    [{ setJson: { a: () => 1 } }, 'setJson: "a" is not a JSON value'],
  ])("refuses %j", (records, message) => {
    expect(() => toSetTexts(records)).toThrow(expect.objectContaining({ code: "SEATRIAL_USAGE" }));
    expect(() => toSetTexts(records)).toThrow(message);
  });
});
