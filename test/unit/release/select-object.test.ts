import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { selectOne } from "../../../src/release/select-object.ts";

const object = (kind: string, name: string, namespace?: string): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: namespace === undefined ? { name } : { name, namespace },
});
const objects = [
  object("Service", "web"),
  object("Service", "api"),
  object("Secret", "web"),
  object("Secret", "web", "b"),
];

describe("selectOne", () => {
  it("returns the one object of the kind and name", () => {
    expect(selectOne(objects, { kind: "Service", name: "web" }, "Release a/web")).toBe(objects[0]);
    expect(selectOne(objects, { kind: "Secret", name: "web", namespace: "b" }, "Release a/web")).toBe(objects[3]);
  });

  it("lists the objects of the kind when no object has the name", () => {
    expect(() =>
      selectOne(objects, { kind: "Service", name: "wbe" }, "Release a/web"),
    ).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: Release a/web has no Service named "wbe"
        it has: Service api, Service web]
    `);
  });

  it("lists all objects when there is no object of the kind", () => {
    expect(() =>
      selectOne(objects.slice(0, 1), { kind: "Ingress", name: "web" }, "Release a/web"),
    ).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: Release a/web has no Ingress named "web"
        it has: Service web]
    `);
    expect(() => selectOne([], { kind: "Ingress", name: "web" }, "Release a/web")).toThrow("it has no objects");
  });

  it("refuses to choose between several", () => {
    expect(() =>
      selectOne(objects, { kind: "Secret", name: "web" }, "Release a/web"),
    ).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: Release a/web has 2 objects of kind Secret named "web"
        v1 Secret web
        v1 Secret b/web
      Hint: select one with { namespace } or { apiVersion }]
    `);
  });
});
