import { describe, expect, it } from "vitest";
import { droppedFields } from "../../../../src/release/dry-run/dropped-fields.ts";

const pod = (spec: object, apiVersion = "v1") => ({ apiVersion, kind: "Pod", metadata: { name: "a" }, spec });
const container = { name: "a", image: "a:1" };

describe("droppedFields", () => {
  it("names each field with a value that is not stored, also in lists", () => {
    const rules = [{ action: "Restart" }];
    const sent = pod({
      hostname: "a",
      containers: [{ ...container, restartPolicyRules: rules }],
      resources: { a: "1" },
    });
    const stored = pod({ hostname: "a", containers: [{ ...container, imagePullPolicy: "IfNotPresent" }] });
    expect(droppedFields(sent, stored)).toEqual(["spec.containers[0].restartPolicyRules", "spec.resources"]);
  });

  it.each([
    ["it is empty", { hostPID: false, securityContext: { sysctls: [] }, hostname: "", nodeSelector: null }, {}],
    ["admission has added items", { containers: [container] }, { containers: [container, { name: "b" }] }],
    [
      "a list has another order",
      {
        volumes: [
          { name: "a", a: "1" },
          { name: "b", b: "2" },
        ],
      },
      {
        volumes: [
          { name: "b", b: "2" },
          { name: "a", a: "1" },
        ],
      },
    ],
    ["it has another form", { a: 1, b: { c: "1000m" } }, { a: "1", b: { c: "1" } }],
  ])("does not name a field when %s", (_why, sent, stored) => {
    expect(droppedFields(pod(sent), pod(stored))).toEqual([]);
  });

  it("does not judge custom resources, status, and what Secrets are written with", () => {
    expect(droppedFields(pod({ a: 1 }, "example.com/v1"), pod({}, "example.com/v1"))).toEqual([]);
    const secret = { apiVersion: "v1", kind: "Secret", metadata: {}, stringData: { a: "b" }, status: { a: 1 } };
    expect(droppedFields(secret, { apiVersion: "v1", kind: "Secret", metadata: {}, data: { a: "Yg==" } })).toEqual([]);
  });
});
