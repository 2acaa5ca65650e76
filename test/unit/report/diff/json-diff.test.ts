import { describe, expect, it } from "vitest";
import { toJsonDiff, toJsonDiffFailure } from "../../../../src/report/diff/json-diff.ts";
import { caseDiff, chartDiff, diffResult, objectDiff } from "../../../helpers/sample-diff.ts";

describe("toJsonDiff", () => {
  it("has every chart with its cases, and the exit code", () => {
    const chart = chartDiff("web", [caseDiff([objectDiff("Service", "web")])]);
    expect(toJsonDiff(diffResult([chart], { durationMs: 12.6, notes: ["a"] }), 1)).toEqual({
      schemaVersion: 1,
      verdict: "differs",
      exitCode: 1,
      durationMs: 13,
      charts: [chart],
      unchanged: [],
      notes: ["a"],
    });
  });

  it("says why a comparison could not start", () => {
    const error = { code: "SEATRIAL_USAGE", message: "no" };
    expect(toJsonDiffFailure(error, 2, 5)).toMatchObject({ verdict: "errored", exitCode: 2, charts: [], error });
  });
});
