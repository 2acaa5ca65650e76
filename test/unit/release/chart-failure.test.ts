import { describe, expect, it } from "vitest";
import { ChartError } from "../../../src/errors/chart-error.ts";
import { ClusterError } from "../../../src/errors/cluster-error.ts";
import type { Finding } from "../../../src/findings/finding.ts";
import { findingsOf } from "../../../src/findings/findings-of.ts";
import type { HelmErrorBody } from "../../../src/helm/error-types.ts";
import { HelmError } from "../../../src/helm/helm-error.ts";
import type { HelmRelease } from "../../../src/helm/types.ts";
import { toChartFailure } from "../../../src/release/chart-failure.ts";

const service = { apiVersion: "v1", kind: "Service", namespace: "web", name: "web" };
const finding: Finding = {
  severity: "error",
  step: "dry-run",
  message: "Invalid value: 0",
  object: service,
  field: "spec.ports[0].port",
  template: "web/templates/service.yaml",
};

describe("toChartFailure", () => {
  const failure = (body: Partial<HelmErrorBody>) =>
    toChartFailure(
      new HelmError("install", { code: "cluster", message: "it failed", ...body }),
      "install",
      "Installing web",
    );

  it("is a ClusterError with a finding for each cause and the template of its object", () => {
    const causes = [{ field: "spec.ports[0].port", message: "Invalid value: 0", reason: "FieldValueInvalid" }];
    const status = { kind: "Status", reason: "Invalid", message: "Service is invalid", details: { causes } };
    const manifest =
      "---\n# Source: web/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata: { name: web }\n";
    const release = { manifest, hooks: [] as HelmRelease["hooks"] } as HelmRelease;
    const error = failure({ failures: [{ message: "refused", object: service, status }], release });
    expect(error).toBeInstanceOf(ClusterError);
    expect(error).toMatchObject({ code: "SEATRIAL_REJECTED", reason: "Invalid" });
    expect(findingsOf(error)).toEqual([{ ...finding, step: "install", reason: "Invalid" }]);
    expect((error as Error).message).toMatchInlineSnapshot(`
      "Installing web failed: 1 finding
        error: Service web/web: spec.ports[0].port: Invalid value: 0 (web/templates/service.yaml)"
    `);
  });

  it("is a ChartError with the location when Helm itself refuses", () => {
    const error = failure({ code: "template", message: "tag is required", file: "web/templates/a.yaml", line: 3 });
    expect(error).toBeInstanceOf(ChartError);
    expect(error).toMatchObject({ code: "SEATRIAL_TEMPLATE", file: "web/templates/a.yaml", line: 3 });
    expect(findingsOf(error)).toEqual([
      {
        severity: "error",
        step: "install",
        message: "tag is required",
        reason: "template",
        template: "web/templates/a.yaml",
        line: 3,
      },
    ]);
  });

  it.each(["request", "cancelled", "internal"] as const)(
    "returns %s unchanged: it says nothing about the chart",
    (code) => {
      const error = failure({ code });
      expect(error).toBeInstanceOf(HelmError);
      expect(findingsOf(error)).toBeUndefined();
    },
  );

  it("returns other errors unchanged", () => {
    const error = new Error("lost");
    expect(toChartFailure(error, "install", "Installing web")).toBe(error);
  });
});
