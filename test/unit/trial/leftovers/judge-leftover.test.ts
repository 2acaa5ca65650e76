import { describe, expect, it } from "vitest";
import { withReleaseMetadata } from "../../../../src/helm/annotations.ts";
import type { KubeObject } from "../../../../src/kube/object-ref.ts";
import { objectsByKind } from "../../../../src/release/objects-by-kind.ts";
import type { TemplateResult } from "../../../../src/release/results.ts";
import { judgeLeftover, whyKept } from "../../../../src/trial/leftovers/judge-leftover.ts";

describe("whyKept", () => {
  it.each(["keep", "Keep", " KEEP "])("is the resource policy %j of an object that Helm keeps", (policy) => {
    const metadata = { name: "data", annotations: { "helm.sh/resource-policy": policy } };
    const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata };
    expect(whyKept(object, templateOf(object))).toBe("Kept");
  });

  it("is the StatefulSet of a claim, and nothing for another claim", () => {
    const claim = (name: string): KubeObject => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name },
    });
    const spec = { volumeClaimTemplates: [{ metadata: { name: "data" } }] };
    const template = templateOf({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db" }, spec });
    expect(whyKept(claim("data-db-0"), template)).toBe("VolumeClaimKept");
    expect(whyKept(claim("cache-db-0"), template)).toBeUndefined();
  });
});

describe("judgeLeftover", () => {
  it("is an error for an object with another resource policy", () => {
    const metadata = { name: "data", annotations: { "helm.sh/resource-policy": "kept" } };
    const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata };
    expect(whyKept(object, templateOf(object))).toBeUndefined();
    const live = { ...object, metadata: withReleaseMetadata(metadata, { namespace: "web", releaseName: "web" }) };
    expect(judgeLeftover(live, templateOf(object))).toMatchObject({ severity: "error", reason: "LeftBehind" });
  });

  it.each([
    [{ labels: { "app.kubernetes.io/managed-by": "ops" } }, 'its label app.kubernetes.io/managed-by is "ops"'],
    [{ annotations: { "meta.helm.sh/release-name": "blue" } }, 'its annotation meta.helm.sh/release-name is "blue"'],
    [{ annotations: {} }, "its annotation meta.helm.sh/release-name is missing"],
  ])("names the mark of the release that %j lacks, for which Helm skips the object", (marks, why) => {
    const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "data" } };
    const own = withReleaseMetadata({ name: "data" }, { namespace: "web", releaseName: "web" });
    const changed =
      "labels" in marks
        ? marks
        : { annotations: { ...(why.includes("missing") ? {} : own.annotations), ...marks.annotations } };
    const managedFields = [{ manager: "helm" }, { manager: "relabel" }];
    const live = { ...object, metadata: { ...own, ...changed, managedFields } };
    expect(judgeLeftover(live, templateOf(object))).toMatchObject({
      severity: "error",
      reason: "NotOwned",
      message: expect.stringContaining(why),
      hint: expect.stringContaining("relabel has written it"),
    });
  });

  it("is left behind when nothing in the chart has its name", () => {
    const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "leader" } };
    expect(judgeLeftover(object, templateOf())).toMatchObject({ severity: "error", reason: "LeftBehind" });
  });
});

it("judgeLeftover knows an item of a List that is a hook", () => {
  const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "data" } };
  const list = { apiVersion: "v1", kind: "List", metadata: { annotations: { "helm.sh/hook": "pre-install" } } };
  const manifest = JSON.stringify({ ...list, items: [object] });
  const hook = { name: "", kind: "List", path: "web/templates/a.yaml", manifest, events: ["pre-install"], weight: 0 };
  const template = { ...templateOf(object), hooks: [{ ...hook, deletePolicies: [] }] };
  expect(judgeLeftover(object, template)).toMatchObject({ severity: "warning", reason: "HookKept" });
});

function templateOf(...documents: KubeObject[]): TemplateResult {
  const chart = { name: "web", version: "0.1.0" } as TemplateResult["chart"];
  return {
    manifest: "",
    documents,
    notes: "",
    hooks: [],
    crds: [],
    warnings: [],
    chart,
    namespace: "web",
    releaseName: "web",
    durationMs: 0,
    ...objectsByKind(documents, "Chart web"),
    sourceOf: () => undefined,
  };
}
