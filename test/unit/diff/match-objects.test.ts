import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import { matchObjects } from "../../../src/diff/match-objects.ts";
import type { ChartObject } from "../../../src/findings/chart-objects.ts";
import { configMap } from "../../helpers/charts/write-chart.ts";

function objects(manifest: string, template = "web/templates/a.yaml"): ChartObject[] {
  return parseManifest(manifest, template).map((document) => ({ ...document, role: "manifest" }));
}

function pairs(before: string, after: string): string[] {
  const name = (object: ChartObject | undefined) =>
    object === undefined ? "nothing" : `${object.object.kind} ${object.object.metadata.name}`;
  return matchObjects(objects(before), objects(after), "default").map(
    (pair) => `${name(pair.before)} → ${name(pair.after)}${pair.isRenamed ? " (renamed)" : ""}`,
  );
}

const service = (name: string, port = 80, more = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}${more} }\nspec: { selector: { app: web, tier: front }, ports: [{ port: ${port}, name: http }] }\n`;
const ingress = (apiVersion: string) => `apiVersion: ${apiVersion}\nkind: Ingress\nmetadata: { name: web }\n`;

describe("matchObjects", () => {
  it("matches objects by group, kind, namespace and name, whatever their order is", () => {
    const [one, other] = [configMap("a", { x: "1" }), configMap("b", { x: "2" })];
    expect(pairs(`${one}---\n${other}`, `${other}---\n${one}`)).toEqual([
      "ConfigMap b → ConfigMap b",
      "ConfigMap a → ConfigMap a",
    ]);
  });

  it("matches an object whose version or group of the API is another", () => {
    expect(pairs(ingress("networking.k8s.io/v1beta1"), ingress("networking.k8s.io/v1"))).toEqual([
      "Ingress web → Ingress web",
    ]);
    expect(pairs(ingress("extensions/v1beta1"), ingress("networking.k8s.io/v1"))).toEqual([
      "Ingress web → Ingress web",
    ]);
  });

  it("does not match a definition that moves from templates/ to crds/", () => {
    const crd: ChartObject[] = objects(configMap("a", { x: "1" })).map((object) => ({ ...object, role: "crd" }));
    const found = matchObjects(objects(configMap("a", { x: "1" })), crd, "default");
    expect(found.map(({ before, after }) => [before?.role, after?.role])).toEqual([
      [undefined, "crd"],
      ["manifest", undefined],
    ]);
  });

  it("treats the namespace of the release and no namespace alike, and finds an object that moved", () => {
    expect(pairs(service("web"), service("web", 80, ", namespace: default"))).toEqual(["Service web → Service web"]);
    expect(pairs(service("web"), service("web", 80, ", namespace: other"))).toEqual([
      "Service web → Service web (renamed)",
    ]);
  });

  it("finds an object under another name by its content", () => {
    expect(pairs(service("web"), service("web-http"))).toEqual(["Service web → Service web-http (renamed)"]);
    expect(pairs(service("web"), service("web-http", 8080))).toEqual(["Service web → Service web-http (renamed)"]);
  });

  it("does not match objects that have only their labels in common", () => {
    const labels = "  labels: { a: x, b: x, c: x, d: x, e: x }\n";
    expect(pairs(configMap("nginx", { conf: "1" }, labels), configMap("redis", { limits: "2" }, labels))).toEqual([
      "nothing → ConfigMap redis",
      "ConfigMap nginx → nothing",
    ]);
  });

  it("matches the most similar objects first", () => {
    const data = { a: "1", b: "2", c: "3", d: "4", e: "5" };
    const before = `${configMap("one", data)}---\n${configMap("two", { ...data, e: "6" })}`;
    expect(pairs(before, configMap("three", { ...data, e: "6" }))).toEqual([
      "ConfigMap two → ConfigMap three (renamed)",
      "ConfigMap one → nothing",
    ]);
  });

  it("matches objects that have nothing but a name", () => {
    const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name} }\n`;
    expect(pairs(account("web"), account("web-runner"))).toEqual([
      "ServiceAccount web → ServiceAccount web-runner (renamed)",
    ]);
  });
});
