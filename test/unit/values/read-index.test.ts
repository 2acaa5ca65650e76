import { describe, expect, it } from "vitest";
import { ReadIndex, unreadPaths } from "../../../src/values/read-index.ts";

function indexOf(...texts: string[]): ReadIndex {
  return new ReadIndex(
    texts.map((text) => ({ path: text.replace(/\.\*\*$/, "").split("."), whole: text.endsWith(".**") })),
  );
}

describe("the index of what templates read", () => {
  it("knows a value that is read, what is in it, and what it is in", () => {
    const index = indexOf("a.b", "whole.**");
    expect(index.isRead(["a", "b"])).toBe(true);
    expect(index.isRead(["a"])).toBe(true);
    expect(index.isRead(["a", "b", "c"])).toBe(false);
    expect(index.isRead(["whole", "x", "y"])).toBe(true);
    expect(index.isRead(["other"])).toBe(false);
  });

  it("takes a star for every key and every item", () => {
    const index = indexOf("hosts.*.name.**");
    expect(index.isRead(["hosts", 0, "name"])).toBe(true);
    expect(index.isRead(["hosts", "web", "name"])).toBe(true);
    expect(index.isRead(["hosts", 3, "port"])).toBe(false);
  });

  it("takes a value without keys for read when its keys are", () => {
    expect(unreadPaths({ ingress: null, replicas: {} }, indexOf("ingress.host", "replicas.*.x"))).toEqual([]);
  });

  it("finds the highest values that nothing reads", () => {
    const values = {
      used: 1,
      old: { a: 1, b: { c: 2 } },
      image: { tag: "1", pull: "x" },
      hosts: [{ name: "a", kind: "b" }],
    };
    const index = indexOf("used.**", "image.tag.**", "hosts.*.name.**");
    expect(unreadPaths(values, index)).toEqual([["old"], ["image", "pull"], ["hosts", 0, "kind"]]);
  });

  it("takes the items for read of a list of which only the kind, the length or the emptiness is", () => {
    const values = { hosts: ["a", { x: 1 }], more: [{ x: 1, y: 2 }], server: { list: [[1]], map: { a: 1 } } };
    const index = indexOf("hosts", "more.*.x", "server.list", "server.map");
    expect(unreadPaths(values, index)).toEqual([
      ["more", 0, "y"],
      ["server", "map", "a"],
    ]);
  });

  it("finds nothing when all values are read together", () => {
    expect(unreadPaths({ a: { b: 1 } }, new ReadIndex([{ path: [], whole: true }]))).toEqual([]);
  });

  it("lists the keys that are read of a mapping, and where a key is read", () => {
    const index = indexOf("server.replicas", "worker.replicas", "hosts.*.name");
    expect(index.keysAt([]).sort()).toEqual(["hosts", "server", "worker"]);
    expect(index.keysAt(["hosts", 0])).toEqual(["name"]);
    expect(index.pathsOf("replicas")).toEqual([
      ["server", "replicas"],
      ["worker", "replicas"],
    ]);
  });
});
