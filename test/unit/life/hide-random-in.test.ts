import { describe, expect, it } from "vitest";
import { hideRandomIn } from "../../../src/life/hide-random-in.ts";

describe("a stored value", () => {
  it("has (random) where two renderings differ, and keeps what the API server has added", () => {
    const stored = { spec: { token: "xyz", replicas: 1, list: [{ name: "a", image: "b:abc" }], added: true } };
    const one = { spec: { token: "abc", replicas: 1, list: [{ name: "a", image: "b:1" }] } };
    const other = { spec: { token: "def", replicas: 1, list: [{ name: "a", image: "b:2" }] } };
    expect(hideRandomIn(stored, one, other)).toEqual({
      spec: { token: "(random)", replicas: 1, list: [{ name: "a", image: "(random)" }], added: true },
    });
  });

  it("keeps the words of a text that do not differ", () => {
    expect(hideRandomIn("user: a, password: xyz", "user: a, password: abc", "user: a, password: def")).toBe(
      "user: a, password: (random)",
    );
  });

  it("of a Secret is compared with what the chart renders as stringData", () => {
    const stored = { data: { a: "eA==", b: "eQ==" } };
    expect(hideRandomIn(stored, { stringData: { a: "1", b: "y" } }, { stringData: { a: "2", b: "y" } })).toEqual({
      data: { a: "(random)", b: "eQ==" },
    });
  });

  it("is not changed without a rendering", () => {
    expect(hideRandomIn({ a: 1 }, undefined, undefined)).toEqual({ a: 1 });
  });
});
