import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const policy = (expression: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: "{{ .Release.Name }}-{{ .Release.Namespace }}" }
spec:
  matchConstraints:
    resourceRules:
      - { apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments] }
  validations: [{ expression: "${expression}" }]
`;

describe("an expression of an admission policy", () => {
  it("is a warning when the kinds that the policy matches do not have a field", async () => {
    const result = await tryChart(await writeChart({ "templates/a.yaml": policy("object.spec.replica <= 5") }));
    expect(result.verdict).toBe("passed");
    expect(findingsIn(result)).toEqual([
      expect.objectContaining({
        severity: "warning",
        step: "install",
        reason: "PolicyExpression",
        field: "spec.validations[0].expression",
        message: expect.stringContaining("undefined field 'replica'"),
        template: "demo/templates/a.yaml",
      }),
    ]);
  });

  it("is not reported when it fits, or asks whether the object has the field", async () => {
    for (const expression of ["object.spec.replicas <= 5", "!has(object.spec.replica) || object.spec.replica <= 5"]) {
      const result = await tryChart(await writeChart({ "templates/a.yaml": policy(expression) }));
      expect(findingsIn(result)).toEqual([]);
    }
  });
});
