import { describe, expect, it } from "vitest";
import { apiWarning } from "../../../src/findings/api-warning.ts";

const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: {} };

describe("apiWarning", () => {
  it.each([
    ["spec.volumes[0].gitRepo: deprecated in v1.11", "spec.volumes[0].gitRepo", "deprecated in v1.11"],
    [
      'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      "spec.template.spec.nodeSelector[beta.kubernetes.io/os]",
      'deprecated since v1.14; use "kubernetes.io/os" instead',
    ],
    [
      'spec.containers[1].env[2]: hides previous definition of "A", which may be dropped when using apply',
      "spec.containers[1].env[2]",
      'hides previous definition of "A", which may be dropped when using apply',
    ],
  ])("reads the field of %s", (warning, field, message) => {
    expect(apiWarning(warning, object)).toEqual({ field, message });
  });

  it("takes thousandths of a byte for a misspelt unit", () => {
    const warning =
      'spec.containers[0].resources.limits[memory]: fractional byte value "512m" is invalid, must be an integer';
    expect(apiWarning(warning, object)).toMatchObject({ hint: "did you mean 512Mi?" });
  });

  it.each([
    "v1 Endpoints is deprecated in v1.33+",
    'unknown field "spec.replica"',
    'would violate PodSecurity "restricted:latest": runAsNonRoot != true',
    "example.com: the policy of this team",
    "spec: everything is old",
  ])("takes %s as it is", (message) => {
    expect(apiWarning(message, object)).toEqual({ message });
  });
});
