import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../../src/kube/object-ref.ts";
import { immutableChanges, immutableKinds } from "../../../../src/trial/stock/immutable-fields.ts";
import { formatPath } from "../../../../src/util/field-changes.ts";

function object(kind: string, apiVersion: string, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name: "a" }, ...rest };
}

function changed(before: KubeObject, after: KubeObject): string[] {
  return immutableChanges(before, after).map(({ path }) => formatPath(path));
}

describe("immutableChanges", () => {
  const set = (version: string) => {
    const labels = { chart: version };
    const template = { metadata: { labels } };
    const volumeClaimTemplates = [{ metadata: { name: "data", labels }, spec: {} }];
    return object("StatefulSet", "apps/v1", {
      metadata: { name: "a", labels },
      spec: { template, volumeClaimTemplates },
    });
  };

  it("has the labels of volumeClaimTemplates, and not those of the object or of its Pods", () => {
    expect(changed(set("1"), set("2"))).toEqual(["spec.volumeClaimTemplates[0].metadata.labels.chart"]);
  });

  it("has the template of a Job, unless the Job is suspended", () => {
    const job = (image: string, more: object) =>
      object("Job", "batch/v1", { spec: { ...more, template: { spec: { containers: [{ name: "a", image }] } } } });
    expect(changed(job("a:1", {}), job("a:2", {}))).toEqual(["spec.template.spec.containers[0].image"]);
    expect(changed(job("a:1", { suspend: true }), job("a:2", { suspend: true }))).toEqual([]);
  });

  it("has the data of a ConfigMap only if it is immutable", () => {
    const config = (a: string, more: object) => object("ConfigMap", "v1", { ...more, data: { a } });
    expect(changed(config("1", { immutable: true }), config("2", { immutable: true }))).toEqual(["data.a"]);
    expect(changed(config("1", {}), config("2", {}))).toEqual([]);
  });

  it("has the spec of a claim, except what may grow", () => {
    const claim = (size: string, storageClassName: string) =>
      object("PersistentVolumeClaim", "v1", { spec: { storageClassName, resources: { requests: { storage: size } } } });
    expect(changed(claim("1Gi", "a"), claim("2Gi", "a"))).toEqual([]);
    expect(changed(claim("1Gi", "a"), claim("1Gi", "b"))).toEqual(["spec.storageClassName"]);
  });

  it("knows nothing of a custom resource of the same kind", () => {
    const own = (a: string) => object("Deployment", "example.com/v1", { spec: { selector: { a } } });
    expect(changed(own("1"), own("2"))).toEqual([]);
  });
});

describe("immutableKinds", () => {
  it("matches the text of a document, also of a list", () => {
    expect(immutableKinds.test("apiVersion: apps/v1\nkind: StatefulSet\n")).toBe(true);
    expect(immutableKinds.test("kind: List\nitems:\n  - kind: Job\n")).toBe(true);
    expect(immutableKinds.test("kind: Service\n")).toBe(false);
  });
});
