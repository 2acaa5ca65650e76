import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object, service, workload } from "../../helpers/dangling-in.ts";

const set = (fields: object = {}) => workload("pier-db", { spec: { replicas: 2, ...fields } }, "StatefulSet");
const ofPod = (name: string, labels: object = {}) =>
  service("pier-primary", { selector: { "statefulset.kubernetes.io/pod-name": name, ...labels } });

describe("the name of a Pod in a Service's selector", () => {
  it("is that of a StatefulSet's Pod", () => {
    expect(danglingIn(manifestOf(set(), ofPod("pier-db-1")))).toEqual([]);
    expect(danglingIn(manifestOf(set(), ofPod("pier-db-0", { app: "pier" })))).toEqual([]);
    expect(danglingIn(manifestOf(set({ ordinals: { start: 5 } }), ofPod("pier-db-6")))).toEqual([]);
  });

  it("is wrong without the name of the release, and when it is misspelt", () => {
    for (const name of ["db-0", "peir-db-0"]) {
      expect(danglingIn(manifestOf(set(), ofPod(name)))).toMatchObject([
        {
          severity: "error",
          reason: "SelectsNoPods",
          field: "spec.selector",
          message: `no StatefulSet has the Pod that it selects: ${name}`,
          hint: "StatefulSet pier-db has pier-db-0 to pier-db-1",
        },
      ]);
    }
  });

  it("is only a warning for a Pod that more replicas would have, or that another chart may have", () => {
    expect(danglingIn(manifestOf(set(), ofPod("pier-db-2")))).toMatchObject([{ severity: "warning" }]);
    expect(danglingIn(manifestOf(set(), ofPod("quay-0")))).toMatchObject([{ severity: "warning" }]);
    const existing = manifestOf({
      ...workload("quay", {}, "StatefulSet"),
      metadata: { name: "quay", namespace: "bay" },
    });
    expect(danglingIn(manifestOf(set(), ofPod("quay-0")), { existing })).toEqual([]);
  });

  it("is not judged where no StatefulSet or an operator has the Pods", () => {
    expect(danglingIn(manifestOf(workload("pier"), ofPod("db-0")))).toEqual([]);
    const cluster = object("postgresql.cnpg.io/v1", "Cluster", "pier-db");
    expect(danglingIn(manifestOf(set(), cluster, ofPod("db-0")))).toEqual([]);
  });
});
