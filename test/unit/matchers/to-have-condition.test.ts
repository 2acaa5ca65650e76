import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { deployment, service } from "../../helpers/matcher-results.ts";

describe("toHaveCondition", () => {
  it("passes for a condition with the status True", () => {
    expect(deployment).toHaveCondition("Progressing");
    expect(deployment).toHaveCondition("Progressing", { reason: "NewReplicaSetCreated", message: /replica set/ });
  });

  it("passes for a condition with the expected status", () => {
    expect(deployment).toHaveCondition("Available", "False");
    expect(deployment).toHaveCondition("Available", { status: "False", message: "minimum" });
  });

  it("passes negated when the condition says something else", () => {
    expect(deployment).not.toHaveCondition("Available");
    expect(deployment).not.toHaveCondition("Progressing", { reason: "Other" });
  });

  it("shows the condition when it fails", () => {
    expect(() => expect(deployment).toHaveCondition("Available")).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toHaveCondition("Available")

      Deployment web has Available=False (MinimumReplicasUnavailable: no minimum availability)]
    `);
  });

  it("shows the condition when its negation fails", () => {
    expect(() => expect(deployment).not.toHaveCondition("Progressing")).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toHaveCondition("Progressing")

      Deployment web has Progressing=True (NewReplicaSetCreated: Created new replica set)]
    `);
  });

  it("fails both ways when there is no condition of that type", () => {
    expect(() => expect(deployment).toHaveCondition("Ready")).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toHaveCondition("Ready")

      Deployment web has no condition of type Ready
        it has: Progressing=True, Available=False]
    `);
    expect(() => expect(service).not.toHaveCondition("Ready")).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toHaveCondition("Ready")

      Service web has no condition of type Ready
        it has: none]
    `);
  });

  it("refuses a wrong status and values of another kind", () => {
    const wrong = { status: "true" } as unknown as { status: "True" };
    expect(() => expect(deployment).toHaveCondition("Available", wrong)).toThrowErrorMatchingInlineSnapshot(
      `[UsageError: toHaveCondition: option "status" must be "True", "False" or "Unknown", got "true" (string)]`,
    );
    expect(() => expect<unknown>([]).toHaveCondition("Available")).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toHaveCondition needs a Kubernetes object, got [] (array)]`,
    );
  });
});
