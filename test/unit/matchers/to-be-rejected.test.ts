import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { badPort, dryRunResult } from "../../helpers/matcher-results.ts";

const rejected = dryRunResult([badPort]);

describe("toBeRejected", () => {
  it("passes when one finding matches everything that is expected", () => {
    expect(rejected).toBeRejected();
    expect(rejected).toBeRejected({ kind: "Service", name: "web", reason: "Invalid", field: "spec.ports[0].port" });
    expect(rejected).toBeRejected({ message: /between 1 and 65535/ });
    expect(rejected).toBeRejected({ message: "must be between" });
  });

  it("passes negated when no finding of an existing object matches", () => {
    expect(rejected).not.toBeRejected({ kind: "Deployment" });
    expect(rejected).not.toBeRejected({ kind: "Service", field: "spec.type" });
    expect(dryRunResult()).not.toBeRejected();
  });

  it("does not combine two findings", () => {
    const other = { ...badPort, object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, field: "spec.x" };
    expect(dryRunResult([badPort, other])).not.toBeRejected({ kind: "Deployment", field: "spec.ports[0].port" });
  });

  it("shows what was expected, the nearest finding and all findings when it fails", () => {
    const expectWrongField = () => expect(rejected).toBeRejected({ kind: "Service", field: "spec.type" });
    expect(expectWrongField).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeRejected({"field": "spec.type", "kind": "Service"})

      No finding matches (chart web 1.0.0, install of release web)

      Expected: {"field": "spec.type", "kind": "Service"}
      Received: {"field": "spec.ports[0].port", "kind": "Service"}

      Findings:
        error: Service web: spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive (web/templates/service.yaml)]
    `);
    const other = { ...badPort, object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, message: "no" };
    const expectMessage = () => expect(dryRunResult([other, badPort])).toBeRejected({ kind: "Service", message: /x/ });
    expect(expectMessage).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeRejected({"kind": "Service", "message": /x/})

      No finding matches (chart web 1.0.0, install of release web)

      Expected: {"kind": "Service", "message": /x/}
      Received: {"kind": "Service", "message": "spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive"}

      Findings:
        error: Deployment web: spec.ports[0].port: no (web/templates/service.yaml)
        error: Service web: spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive (web/templates/service.yaml)]
    `);
    expect(() => expect(dryRunResult()).toBeRejected()).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeRejected()

      The API server accepted all 2 objects (chart web 1.0.0, install of release web)

      Expected: any finding
      Received: no finding

      Findings:
        none]
    `);
  });

  it("shows the finding when its negation fails", () => {
    expect(() => expect(rejected).not.toBeRejected({ kind: "Service" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toBeRejected({"kind": "Service"})

      The API server rejected it (chart web 1.0.0, install of release web)
        error: Service web: spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive (web/templates/service.yaml)]
    `);
  });

  it("fails both ways for an object that the chart does not have", () => {
    expect(() => expect(rejected).toBeRejected({ kind: "Servce" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeRejected({"kind": "Servce"})

      The chart has no such object (chart web 1.0.0, install of release web)
        it has: Deployment web, Service web]
    `);
    expect(() => expect(rejected).not.toBeRejected({ kind: "Servce" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toBeRejected({"kind": "Servce"})

      The chart has no such object (chart web 1.0.0, install of release web)
        it has: Deployment web, Service web]
    `);
  });

  it("rejects unknown keys and values of another kind", () => {
    const misspelt = { fieldd: "spec" } as object;
    expect(() => expect(rejected).toBeRejected(misspelt)).toThrowErrorMatchingInlineSnapshot(`
      [UsageError: toBeRejected: unknown option "fieldd"
      Hint: did you mean "field"?]
    `);
    expect(() => expect<unknown>("text").toBeRejected()).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toBeRejected needs a result of dryRunChart, got "text" (string)]`,
    );
  });
});
