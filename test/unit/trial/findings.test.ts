import { describe, expect, it } from "vitest";
import { ChartError } from "../../../src/errors/chart-error.ts";
import { EngineError } from "../../../src/errors/engine-error.ts";
import { UsageError } from "../../../src/errors/usage-error.ts";
import type { Finding } from "../../../src/findings/finding.ts";
import { makeMasker } from "../../../src/findings/mask-findings.ts";
import { containerHooks } from "../../../src/trial/container-hooks.ts";
import type { TrialPlan } from "../../../src/trial/plan-trials.ts";
import { refineFindings } from "../../../src/trial/refine-findings.ts";
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
    const details = { findings: [{ severity: "error", step: "install", message: "refused" }] };
    expect(await reject(new ChartError("SEATRIAL_HOOK", "failed", { details }))).toMatchObject({
      verdict: "failed",
      findings: details.findings,
    });
  });

  it("makes a finding of a chart's error that carries none", async () => {
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

  it("is skipped when it is interrupted, before or meanwhile", async () => {
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

describe("makeMasker", () => {
  const secret = (more: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, ...more });

  it.each([
    ["plain data", { stringData: { a: "hunter22" } }, "got hunter22 here"],
    ["its base64", { stringData: { a: "hunter22" } }, "got aHVudGVyMjI= here"],
    ["decoded data", { data: { a: "aHVudGVyMjI=" } }, "got hunter22 here"],
    ["a line of a longer text", { stringData: { a: "first\n  hunter22\nlast" } }, "got hunter22 here"],
  ])("hides %s in messages and hints", (_name, data, message) => {
    const [masked] = makeMasker([secret(data)])([error({ message, hint: message })]);
    expect(masked).toMatchObject({ message: "got *** here", hint: "got *** here" });
  });

  it("hides what the API server quotes of a Secret, whatever it is", () => {
    const object = { apiVersion: "v1", kind: "Secret", name: "s" };
    const [masked] = makeMasker([])([error({ object, message: 'Invalid value: "a \\"b\\" c": must be short' })]);
    expect(masked?.message).toBe("Invalid value: ***: must be short");
  });

  it("leaves other objects and short values alone", () => {
    const findings = [error({ message: 'Invalid value: "true": must be 8080' })];
    expect(makeMasker([secret({ stringData: { a: "true", b: "8080" } })])(findings)).toEqual(findings);
  });
});

describe("refineFindings", () => {
  const plan: TrialPlan = {
    id: "web/ci/a-values.yaml",
    chart: { name: "web", version: "1.0.0", path: "charts/web" },
    case: { name: "ci/a-values.yaml", values: ["charts/web/ci/a-values.yaml"] },
    chartPath: "/home/me/charts/web",
    values: ["/home/me/charts/web/ci/a-values.yaml"],
    isLibrary: false,
  };

  it("names paths as they were found", () => {
    const message = "the chart /home/me/charts/web: failed to parse /home/me/charts/web/ci/a-values.yaml";
    const [refined] = refineFindings([error({ message, template: plan.values[0] ?? "" })], plan);
    expect(refined?.message).toBe("the chart charts/web: failed to parse charts/web/ci/a-values.yaml");
    expect(refined?.template).toBe("charts/web/ci/a-values.yaml");
  });

  it("tells how to get a missing dependency, unless there is a hint", () => {
    const findings = [error({ reason: "dependency" }), error({ reason: "dependency", hint: "other" }), error()];
    expect(refineFindings(findings, plan).map(({ hint }) => hint)).toEqual([
      "run `helm dependency build charts/web`",
      "other",
      undefined,
    ]);
  });
});

describe("containerHooks", () => {
  const hook = (kind: string, events: string[]) => ({
    name: "h",
    kind,
    path: "p",
    manifest: "",
    events,
    weight: 0,
    deletePolicies: [],
  });

  it("are Jobs and Pods that an install or uninstall waits for", () => {
    const waited = [hook("Job", ["pre-install", "pre-upgrade"]), hook("Pod", ["post-delete"])];
    const others = [hook("ConfigMap", ["pre-install"]), hook("Pod", ["test"]), hook("Job", ["pre-upgrade"])];
    expect(containerHooks([...waited, ...others])).toEqual(waited);
  });
});
