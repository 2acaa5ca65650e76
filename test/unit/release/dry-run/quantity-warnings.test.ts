import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../../src/chart/manifest.ts";
import { quantityWarnings } from "../../../../src/release/dry-run/quantity-warnings.ts";
import { manifestOf, object, workload } from "../../../helpers/dangling-in.ts";

function warningsOf(rendered: object) {
  return parseManifest(manifestOf(rendered), "web/templates/a.yaml").flatMap((document) =>
    quantityWarnings({ ...document, role: "manifest" }),
  );
}
const limits = (quantities: object) => workload("web", { container: { resources: { limits: quantities } } });
const claim = (storage: unknown) =>
  object("v1", "PersistentVolumeClaim", "data", { spec: { resources: { requests: { storage } } } });

describe("a quantity without its unit", () => {
  it.each([
    [limits({ cpu: 500 }), "cpu", "500 without a unit are 500 CPUs", "did you mean 500m?"],
    [limits({ memory: "512" }), "memory", "512 without a unit are 512 bytes", "did you mean 512Mi?"],
    [limits({ memory: "512k" }), "memory", "512k are 512000 bytes", "did you mean 512Mi?"],
  ])("is a warning: %#", (rendered, resource, message, hint) => {
    const field = `spec.template.spec.containers[0].resources.limits.${resource}`;
    expect(warningsOf(rendered)).toMatchObject([
      { severity: "warning", reason: "UnlikelyQuantity", field, message, hint },
    ]);
  });

  it("is one in a claim, too", () => {
    expect(warningsOf(claim(10))).toMatchObject([
      { field: "spec.resources.requests.storage", hint: "did you mean 10Gi?" },
    ]);
    const set = workload("web", { spec: { volumeClaimTemplates: [claim("10")] } }, "StatefulSet");
    expect(warningsOf(set)).toMatchObject([{ field: "spec.volumeClaimTemplates[0].spec.resources.requests.storage" }]);
  });

  it("is right when a machine can have it", () => {
    for (const quantities of [
      { cpu: 4, memory: "512Mi" },
      { cpu: "500m", memory: 536870912 },
      { cpu: "0.5", memory: "1Gi", "nvidia.com/gpu": 200 },
      { cpu: "64", memory: 0 },
      { memory: "512m" },
      { memory: [] },
    ]) {
      expect(warningsOf(limits(quantities))).toEqual([]);
    }
    expect(warningsOf(claim("1Mi"))).toEqual([]);
  });
});
