import { describe, expect, it } from "vitest";
import { countVerdicts, overallVerdict } from "../../../src/trial/verdict.ts";

describe("overallVerdict", () => {
  it.each([
    [["passed", "passed"], "passed"],
    [["passed", "skipped"], "skipped"],
    [["failed", "skipped", "passed"], "failed"],
    [["failed", "errored", "skipped"], "errored"],
  ] as const)("of %j is %s", (parts, verdict) => {
    expect(overallVerdict(parts)).toBe(verdict);
  });

  it("of no parts is not passed", () => {
    expect(overallVerdict([])).toBe("skipped");
  });
});

describe("countVerdicts", () => {
  it("has a number for every verdict", () => {
    expect(countVerdicts(["passed", "passed", "errored"])).toEqual({ passed: 2, failed: 0, errored: 1, skipped: 0 });
  });
});
