import { describe, expect, it } from "vitest";
import { ChartError } from "../../../src/errors/chart-error.ts";
import { EngineError } from "../../../src/errors/engine-error.ts";
import type { Finding } from "../../../src/errors/finding.ts";
import { UsageError } from "../../../src/errors/usage-error.ts";
import { runStep } from "../../../src/trial/step-runner.ts";

const error = (more: Partial<Finding> = {}): Finding => ({
  severity: "error",
  step: "dry-run",
  message: "no",
  ...more,
});
const warning: Finding = { severity: "warning", step: "lint", message: "hm" };

describe("runStep", () => {
  const reject = (reason: unknown) => runStep("install", () => Promise.reject(reason), undefined);

  it("passes with warnings and fails with an error", async () => {
    const passed = await runStep("lint", async () => [warning], undefined);
    expect(passed).toMatchObject({ name: "lint", verdict: "passed", findings: [warning] });
    const failed = await runStep("lint", async () => [warning, error()], undefined);
    expect(failed).toMatchObject({ verdict: "failed", findings: [warning, error()] });
  });

  it("takes the findings that an error carries", async () => {
    const findings = [error({ step: "install", message: "refused" })];
    expect(await reject(new ChartError("SEATRIAL_HOOK", "failed", { findings }))).toMatchObject({
      verdict: "failed",
      findings,
    });
  });

  it("makes a finding of a chart's error without findings", async () => {
    const lost = new ChartError("SEATRIAL_CHART_LOAD", "no chart", { file: "Chart.yaml", line: 3, hint: "write one" });
    expect((await reject(lost)).findings).toEqual([
      {
        severity: "error",
        step: "install",
        message: "no chart",
        reason: "SEATRIAL_CHART_LOAD",
        template: "Chart.yaml",
        line: 3,
        hint: "write one",
      },
    ]);
  });

  it.each([
    ["an engine that ended", new EngineError("SEATRIAL_ENGINE_EXITED", "gone"), "SEATRIAL_ENGINE_EXITED"],
    ["a wrong call of ours", new UsageError("unknown option"), "SEATRIAL_USAGE"],
    ["any other exception", new TypeError("x is not a function"), "SEATRIAL_INTERNAL"],
  ])("could not check because of %s", async (_name, reason, code) => {
    expect(await reject(reason)).toMatchObject({ verdict: "errored", findings: [], error: { code } });
  });

  it("shows the first error before that of cleaning up, whose verdict it does not change", async () => {
    const later = new EngineError("SEATRIAL_ENGINE_EXITED", "gone");
    const after = "Cleaning up afterwards failed, too: gone";
    const refused = new ChartError("SEATRIAL_HOOK", "failed", { findings: [error({ notes: ["an event"] })] });
    expect(await reject(suppressed(later, refused))).toMatchObject({
      verdict: "failed",
      findings: [{ message: "no", notes: ["an event", after] }],
    });
    const lost = new EngineError("SEATRIAL_ENGINE_SERVICE", "no answer");
    expect(await reject(suppressed(later, suppressed(later, lost)))).toMatchObject({
      verdict: "errored",
      error: { code: "SEATRIAL_ENGINE_SERVICE", message: `no answer\n${after}\n${after}` },
    });
  });

  it("is skipped when it is interrupted, before or while it runs", async () => {
    const controller = new AbortController();
    const meanwhile = async () => {
      controller.abort();
      throw new Error("cancelled");
    };
    const skipped = { verdict: "skipped", reason: "interrupted", durationMs: 0 };
    expect(await runStep("install", meanwhile, controller.signal)).toMatchObject(skipped);
    expect(await runStep("install", async () => [error()], controller.signal)).toMatchObject(skipped);
  });
});

// What \`await using\` makes of two errors.
function suppressed(later: Error, first: Error): Error {
  return Object.assign(new Error("An error was suppressed during disposal."), {
    name: "SuppressedError",
    error: later,
    suppressed: first,
  });
}
