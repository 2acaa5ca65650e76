import { describe, expect, it } from "vitest";
import { setProblem } from "../../../src/chart/set-syntax.ts";

describe("setProblem", () => {
  it.each([
    "a=1",
    "a=",
    "a=1,b.c=2,",
    "a={1,2},b=3",
    "a=x\\,y",
    "a=b=c",
    "list[0].name=x,list[1]=y",
    "a\\.b/c\\[x\\]=1",
    "a=[x]",
    "a={}",
    "a=null",
  ])("accepts %s", (text) => {
    expect(setProblem(text)).toBeUndefined();
  });

  it.each([
    ["a", "it must be KEY=VALUE, as for helm"],
    ["=1", "it must be KEY=VALUE, as for helm"],
    ["hosts=a,b", '"b" has no value: write \\, for a comma in a value, or {a,b} for a list'],
    ["a,b=1", '"a" has no value: write \\, for a comma in a value, or {a,b} for a list'],
    ["a[name]=1", "[name] is not the index of a list item, such as [0]: write a dot before the name of a key"],
    ["a=1,b[-1]=2", "[-1] is not the index of a list item, such as [0]: write a dot before the name of a key"],
  ])("says why Helm cannot read %s", (text, problem) => {
    expect(setProblem(text)).toBe(problem);
  });
});
