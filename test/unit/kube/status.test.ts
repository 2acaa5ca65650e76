import { describe, expect, it } from "vitest";
import { statusFindings } from "../../../src/findings/status-findings.ts";
import { ApiStatusError, type KubeStatus } from "../../../src/kube/status.ts";
import { parseWarnings } from "../../../src/kube/warnings.ts";

const status = (message: string, more: Partial<KubeStatus> = {}): KubeStatus => ({ kind: "Status", message, ...more });

describe("statusFindings", () => {
  it("makes one finding of each cause, in the order of their fields", () => {
    const causes = [
      { reason: "FieldValueInvalid", message: "Invalid value: 0", field: "spec.ports[10].port" },
      { reason: "FieldValueRequired", message: "Required value", field: "spec.ports[2].name" },
    ];
    expect(statusFindings(status("Service is invalid", { reason: "Invalid", details: { causes } }))).toEqual([
      { message: "Required value", reason: "Invalid", field: "spec.ports[2].name" },
      { message: "Invalid value: 0", reason: "Invalid", field: "spec.ports[10].port" },
    ]);
  });

  it("makes one finding of each field that a strict decoding does not know", () => {
    const message =
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica", duplicate field "spec.template"';
    expect(statusFindings(status(message, { reason: "BadRequest" }))).toEqual([
      { message: 'unknown field "spec.replica"', reason: "BadRequest", field: "spec.replica" },
      { message: 'duplicate field "spec.template"', reason: "BadRequest", field: "spec.template" },
    ]);
  });

  it("makes one finding of each field that does not fit the schema of an apply", () => {
    const message =
      'failed to create typed patch object (ns/web; apps/v1, Kind=Deployment): errors:\n  .spec.template.spec.containers[name="a"].env: duplicate entries for key [name="A"]\n  .metadata.annotations.example.com/scrape: expected string, got &value.valueUnstructured{Value:true}\n  .metadata.labels: expected map, got &{[web]}';
    expect(statusFindings(status(message))).toEqual([
      {
        message: 'duplicate entries for key [name="A"]',
        reason: "Invalid",
        field: 'spec.template.spec.containers[name="a"].env',
      },
      { message: "expected string, got true", reason: "Invalid", field: "metadata.annotations.example.com/scrape" },
      { message: "expected map, got [web]", reason: "Invalid", field: "metadata.labels" },
    ]);
  });

  it("says what could not be converted", () => {
    const message =
      "failed to convert new object (ns/x; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 3";
    expect(statusFindings(status(message))).toEqual([
      { message: "error decoding from json: illegal base64 data at input byte 3", reason: "Invalid" },
    ]);
  });

  it("keeps the message of a Status without causes", () => {
    expect(statusFindings(status('namespaces "x" not found', { reason: "NotFound" }))).toEqual([
      { message: 'namespaces "x" not found', reason: "NotFound" },
    ]);
  });
});

describe("ApiStatusError", () => {
  it.each([
    [422, "SEATRIAL_REJECTED"],
    [404, "SEATRIAL_REJECTED"],
    [429, "SEATRIAL_API"],
    [500, "SEATRIAL_API"],
  ])("of a %i has the code %s", (statusCode, code) => {
    expect(new ApiStatusError("GET /api", statusCode, status("no"))).toMatchObject({ code, statusCode });
  });

  it("does not blame the API server for an eviction that a PodDisruptionBudget does not allow", () => {
    const causes = [{ reason: "DisruptionBudget", message: "The disruption budget web needs 2 healthy pods" }];
    const refused = status("Cannot evict pod", { reason: "TooManyRequests", details: { causes } });
    expect(new ApiStatusError("POST /x/eviction", 429, refused).code).toBe("SEATRIAL_REJECTED");
  });

  it("does not blame the API server for a schema failure", () => {
    const failure = status(
      "failed to create typed patch object (/x; /v1, Kind=Pod): .spec.a: field not declared in schema",
    );
    expect(new ApiStatusError("PATCH /x", 500, failure).code).toBe("SEATRIAL_REJECTED");
  });
});

describe("parseWarnings", () => {
  it.each([
    [undefined, []],
    ['299 - "v1 Endpoints is deprecated in v1.33+"', ["v1 Endpoints is deprecated in v1.33+"]],
    ['299 - "a, b", 299 - "say \\"c\\""', ["a, b", 'say "c"']],
    ['299 - "same", 299 - "same"', ["same"]],
  ])("reads %j", (header, warnings) => {
    expect(parseWarnings(header)).toEqual(warnings);
  });
});
