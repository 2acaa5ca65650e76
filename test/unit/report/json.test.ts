import { describe, expect, it } from "vitest";
import { toJsonFailure, toJsonReport } from "../../../src/report/json.ts";
import { mixed } from "../../helpers/sample-suite.ts";

describe("toJsonReport", () => {
  it("has the documented shape, with whole milliseconds", () => {
    const { trials, ...report } = toJsonReport(mixed, 3);
    expect(trials).toHaveLength(4);
    expect(report).toMatchInlineSnapshot(`
      {
        "controlPlane": {
          "bootMs": 1234,
          "controllers": true,
          "engine": "0.1.0",
          "etcd": "3.7.3",
          "helm": "v4.3.1",
          "kubernetes": "v1.37.2",
          "pods": "simulated",
          "provider": "engine",
        },
        "counts": {
          "errored": 1,
          "errors": 1,
          "failed": 1,
          "filteredOut": 0,
          "passed": 1,
          "skipped": 1,
          "warnings": 3,
        },
        "durationMs": 4321,
        "exitCode": 3,
        "interrupted": false,
        "notTested": [
          "containers (simulated; no image was pulled, nothing ran)",
        ],
        "schemaVersion": 1,
        "stages": [],
        "startedAt": "2026-01-02T03:04:05.000Z",
        "verdict": "errored",
      }
    `);
  });

  it("survives JSON unchanged", () => {
    const report = toJsonReport(mixed, 3);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe("toJsonFailure", () => {
  it("has every field of a report and the error", () => {
    const failure = toJsonFailure(
      { code: "SEATRIAL_USAGE", message: "no" },
      { exitCode: 2, startedAt: "2026-01-02T03:04:05.000Z", durationMs: 3.7 },
    );
    const { error, ...rest } = failure;
    expect(error).toEqual({ code: "SEATRIAL_USAGE", message: "no" });
    expect(Object.keys(rest).sort()).toEqual(Object.keys(toJsonReport(mixed, 3)).sort());
    expect(rest).toMatchObject({ verdict: "errored", exitCode: 2, durationMs: 4, trials: [], controlPlane: null });
  });
});
