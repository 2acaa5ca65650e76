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
  it("gives the one object of the kind and name", () => {
    expect(selectOne(objects, { kind: "Service", name: "web" }, "The objects")).toBe(objects[0]);
    expect(selectOne(objects, { kind: "Secret", name: "web", namespace: "b" }, "The objects")).toBe(objects[3]);
  });

  it("tells what there is of the kind when none has the name", () => {
    expect(() =>
      selectOne(objects, { kind: "Service", name: "wbe" }, "The objects"),
    ).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: The objects have no Service named "wbe"
        there are: Service api, Service web]
    `);
  });

  it("tells all there is when there is none of the kind", () => {
    expect(() =>
      selectOne(objects.slice(0, 1), { kind: "Ingress", name: "web" }, "The objects"),
    ).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: The objects have no Ingress named "web"
        there is: Service web]
    `);
    expect(() => selectOne([], { kind: "Ingress", name: "web" }, "The objects")).toThrow("there are none at all");
  });

  it("refuses to choose between several", () => {
    expect(() =>
      selectOne(objects, { kind: "Secret", name: "web" }, "The objects"),
    ).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: The objects have 2 objects of kind Secret named "web"
        v1 Secret web
        v1 Secret b/web
      Hint: name the one that is meant with { namespace } or { apiVersion }]
    `);
  });
});
