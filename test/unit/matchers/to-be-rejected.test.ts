import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { badPort, dryRunResult } from "../../helpers/matcher-results.ts";

const rejected = dryRunResult([badPort]);

describe("toBeRejected", () => {
  it("passes when one finding says all that is expected", () => {
    expect(rejected).toBeRejected();
    expect(rejected).toBeRejected({ kind: "Service", name: "web", reason: "Invalid", field: "spec.ports[0].port" });
    expect(rejected).toBeRejected({ message: /between 1 and 65535/ });
    expect(rejected).toBeRejected({ message: "must be between" });
  });

  it("passes negated when no finding of an object that is there says it", () => {
    expect(rejected).not.toBeRejected({ kind: "Deployment" });
    expect(rejected).not.toBeRejected({ kind: "Service", field: "spec.type" });
    expect(dryRunResult()).not.toBeRejected();
  });

  it("does not put two findings together", () => {
    const other = { ...badPort, object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, field: "spec.x" };
    expect(dryRunResult([badPort, other])).not.toBeRejected({ kind: "Deployment", field: "spec.ports[0].port" });
  });

  it("shows the findings there are when it fails", () => {
    const expectWrongField = () => expect(rejected).toBeRejected({ kind: "Service", field: "spec.type" });
    expect(expectWrongField).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeRejected({"field": "spec.type", "kind": "Service"})

      No finding says that (chart web 1.0.0, install of release web)
      Findings:
        error: Service ns/web: spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive (web/templates/service.yaml)]
    `);
    expect(() => expect(dryRunResult()).toBeRejected()).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeRejected()

      The API server accepted all 2 objects (chart web 1.0.0, install of release web)
      Findings:
        none]
    `);
  });

  it("shows the finding when its negation fails", () => {
    expect(() => expect(rejected).not.toBeRejected({ kind: "Service" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toBeRejected({"kind": "Service"})

      The API server rejected it (chart web 1.0.0, install of release web)
        error: Service ns/web: spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive (web/templates/service.yaml)]
    `);
  });

  it("fails both ways for an object that the chart does not have", () => {
    expect(() => expect(rejected).toBeRejected({ kind: "Servce" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeRejected({"kind": "Servce"})

      The chart has no such object (chart web 1.0.0, install of release web)
        there are: Deployment ns/web, Service ns/web]
    `);
    expect(() => expect(rejected).not.toBeRejected({ kind: "Servce" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toBeRejected({"kind": "Servce"})

      The chart has no such object (chart web 1.0.0, install of release web)
        there are: Deployment ns/web, Service ns/web]
    `);
  });

  it("refuses unknown keys and values of another kind", () => {
    const misspelt = { fieldd: "spec" } as object;
    expect(() => expect(rejected).toBeRejected(misspelt)).toThrowErrorMatchingInlineSnapshot(`
      [UsageError: toBeRejected: unknown option "fieldd"
      Hint: did you mean "field"?]
    `);
    expect(() => expect("text").toBeRejected()).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toBeRejected needs what dryRunChart resolves with, got "text" (string)]`,
    );
  });
});
