import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/errors/finding.ts";
import type { TrialPlan } from "../../../src/trial/plan-trials.ts";
import { refineFindings } from "../../../src/trial/refine-findings.ts";

const error = (more: Partial<Finding> = {}): Finding => ({
  severity: "error",
  step: "dry-run",
  message: "no",
  ...more,
});

describe("refineFindings", () => {
  const plan: TrialPlan = {
    id: "web/ci/a-values.yaml",
    chart: { name: "web", version: "1.0.0", path: "charts/web" },
    case: { name: "ci/a-values.yaml", values: ["charts/web/ci/a-values.yaml"] },
    chartPath: "/home/me/charts/web",
    values: ["/home/me/charts/web/ci/a-values.yaml"],
    isLibrary: false,
    isCi: false,
    isOptional: false,
    notes: [],
  };

  it("names paths as the user named them", () => {
    const message = "the chart /home/me/charts/web: failed to parse /home/me/charts/web/ci/a-values.yaml";
    const [refined] = refineFindings([error({ message, template: plan.values[0] ?? "" })], plan);
    expect(refined?.message).toBe("the chart charts/web: failed to parse charts/web/ci/a-values.yaml");
    expect(refined?.template).toBe("charts/web/ci/a-values.yaml");
  });

  it("says how to get a missing dependency, unless there is a hint", () => {
    const findings = [error({ reason: "dependency" }), error({ reason: "dependency", hint: "other" }), error()];
    expect(refineFindings(findings, plan).map(({ hint }) => hint)).toEqual([
      "run `helm dependency build charts/web`",
      "other",
      undefined,
    ]);
  });
});
