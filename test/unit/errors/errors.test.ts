import { describe, expect, it } from "vitest";
import { ChartError } from "../../../src/errors/chart-error.ts";
import { ClusterError } from "../../../src/errors/cluster-error.ts";
import { EngineError } from "../../../src/errors/engine-error.ts";
import type { Finding } from "../../../src/errors/finding.ts";
import { SeatrialError } from "../../../src/errors/seatrial-error.ts";
import { TimeoutError } from "../../../src/errors/timeout-error.ts";
import { UsageError } from "../../../src/errors/usage-error.ts";

const findings: Finding[] = [{ severity: "error", step: "install", message: "refused" }];

describe("SeatrialError", () => {
  it("ends its message with the hint, and keeps cause and details", () => {
    const cause = new Error("root");
    const error = new SeatrialError("SEATRIAL_API", "It failed\n  fact", {
      hint: "try this",
      details: { a: 1 },
      cause,
    });
    expect(error.message).toBe("It failed\n  fact\nHint: try this");
    expect(error).toMatchObject({
      name: "SeatrialError",
      code: "SEATRIAL_API",
      hint: "try this",
      details: { a: 1 },
      cause,
    });
    expect("cause" in new SeatrialError("SEATRIAL_API", "x")).toBe(false);
  });

  it.each([
    [
      new EngineError("SEATRIAL_ENGINE_EXITED", "x", { exitCode: 1, outputTail: ["a"] }),
      { exitCode: 1, outputTail: ["a"] },
    ],
    [
      new TimeoutError({ waitedMs: 12.6, waitingFor: "it" }),
      { code: "SEATRIAL_TIMEOUT", waitedMs: 13, waitingFor: "it" },
    ],
    [new ChartError("SEATRIAL_TEMPLATE", "x", { file: "web/a.yaml", line: 3 }), { file: "web/a.yaml", line: 3 }],
    [new ClusterError("SEATRIAL_REJECTED", "x", { reason: "Invalid" }), { reason: "Invalid", causes: [] }],
    [new UsageError("x"), { code: "SEATRIAL_USAGE" }],
  ])("is the base of %s, which adds fields", (error, fields) => {
    expect(error).toBeInstanceOf(SeatrialError);
    expect(error).toMatchObject(fields);
    expect(String(error)).toContain(`${error.name}: `);
    expect(error.name).toBe(error.constructor.name);
  });

  it.each([
    [new ChartError("SEATRIAL_HOOK", "x", { findings, file: "web/a.yaml" }), { file: "web/a.yaml" }],
    [new ClusterError("SEATRIAL_NOT_READY", "x", { findings, reason: "Failed" }), { reason: "Failed", causes: [] }],
  ])("carries findings in %s, also as JSON", (error, fields) => {
    expect(error.findings).toEqual(findings);
    const { name, code } = error;
    const json = { name, message: "x", code, findings, ...fields };
    expect(JSON.parse(JSON.stringify(error))).toEqual(json);
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({ error: json });
  });

  it("shows in a timeout what was last seen", () => {
    const error = new TimeoutError({
      waitedMs: 500,
      waitingFor: "the plane",
      lastSeen: "etcd up",
      facts: ["log: none"],
    });
    expect(error.message).toBe("Timed out after 500 ms waiting for the plane\n  last seen: etcd up\n  log: none");
  });
});
