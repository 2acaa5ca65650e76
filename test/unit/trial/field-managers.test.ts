import { describe, expect, it } from "vitest";
import { fieldManagers } from "../../../src/trial/live/field-managers.ts";

const object = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "web",
    labels: { "app.kubernetes.io/name": "web" },
    managedFields: [
      {
        manager: "helm",
        fieldsV1: { "f:metadata": { "f:labels": { "f:app.kubernetes.io/name": {} } }, "f:spec": { "f:replicas": {} } },
      },
      {
        manager: "kubectl-edit",
        fieldsV1: { "f:spec": { "f:replicas": {}, "f:ports": { 'k:{"name":"http"}': { "f:port": {} } } } },
      },
    ],
  },
  spec: { replicas: 2, ports: [{ name: "http", port: 80 }] },
};

describe("the managers of a field", () => {
  it.each([
    ["spec.replicas", ["helm", "kubectl-edit"]],
    ["spec.ports[0].port", ["kubectl-edit"]],
    ["metadata.labels[app.kubernetes.io/name]", ["helm"]],
    ["spec", ["helm", "kubectl-edit"]],
    ["spec.paused", []],
  ])("of %s are those in its managedFields", (field, managers) => {
    expect(fieldManagers(object, field)).toEqual(managers);
  });

  it.each(["", "spec..replicas", "spec.ports[", "spec replicas"])("cannot be read for %j", (field) => {
    expect(() => fieldManagers(object, field)).toThrow("is not a field such as");
  });
});
