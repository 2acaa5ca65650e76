import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/errors/finding.ts";
import { formatFinding, formatFindings } from "../../../src/findings/format-finding.ts";

const service = { apiVersion: "v1", kind: "Service", namespace: "web", name: "web" };
const finding: Finding = {
  severity: "error",
  step: "dry-run",
  message: "Invalid value: 0",
  object: service,
  field: "spec.ports[0].port",
  template: "web/templates/service.yaml",
};

describe("formatFinding", () => {
  it("shows the object, the field, the message, the location and the hint", () => {
    expect(formatFinding({ ...finding, line: 7, hint: "take another" })).toBe(
      "Service web/web: spec.ports[0].port: Invalid value: 0 (web/templates/service.yaml:7); take another",
    );
  });

  it("does not repeat what the message says", () => {
    expect(formatFinding({ severity: "error", step: "template", message: "a.yaml:3: no", template: "a.yaml" })).toBe(
      "a.yaml:3: no",
    );
  });

  it("lists five findings and the number of the others", () => {
    expect(formatFindings(Array.from({ length: 7 }, () => finding)).slice(4)).toEqual([
      "  error: Service web/web: spec.ports[0].port: Invalid value: 0 (web/templates/service.yaml)",
      "  and 2 more",
    ]);
  });
});
