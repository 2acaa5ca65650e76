import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import type { TemplateResult } from "../../../src/release/results.ts";
import { judgeLeftover } from "../../../src/trial/judge-leftover.ts";

describe("judgeLeftover", () => {
  it.each(["keep", "Keep", " KEEP "])("warns of an object that Helm keeps for the resource policy %j", (policy) => {
    const metadata = { name: "data", annotations: { "helm.sh/resource-policy": policy } };
    const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata };
    expect(judgeLeftover(object, templateOf(object))).toMatchObject({ severity: "warning", reason: "Kept" });
  });

  it("is an error for an object with another resource policy", () => {
    const metadata = { name: "data", annotations: { "helm.sh/resource-policy": "kept" } };
    const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata };
    expect(judgeLeftover(object, templateOf(object))).toMatchObject({ severity: "error", reason: "LeftBehind" });
  });
});

function templateOf(...documents: KubeObject[]): TemplateResult {
  const all = (kind: string) => documents.filter((document) => document.kind === kind);
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
    get: (kind) => all(kind)[0] as KubeObject,
    all,
    sourceOf: () => undefined,
  };
}
