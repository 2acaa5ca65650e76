import { describe, expect, it } from "vitest";
import { hasAnchor, keyLine } from "../../../src/values/key-line.ts";

const text = `# name: not a key
image:
  # tag: "0"
  tag: "1" # name: x
  "pull.policy": Always
server:
    image:
        tag: "2"
labels: &labels
  a: b
list:
  - name: a
  - name: b
flow: { tag: 1 }
`;

describe("the line of a key", () => {
  it("is found by the indents of the keys above it", () => {
    expect(keyLine(text, ["image"])).toBe(2);
    expect(keyLine(text, ["image", "tag"])).toBe(4);
    expect(keyLine(text, ["image", "pull.policy"])).toBe(5);
    expect(keyLine(text, ["server", "image", "tag"])).toBe(8);
    expect(keyLine(text, ["flow"])).toBe(14);
  });

  it("is unknown for keys in lists and in braces, and for keys that the file does not have", () => {
    expect(keyLine(text, ["list", 1, "name"])).toBeUndefined();
    expect(keyLine(text, ["flow", "tag"])).toBeUndefined();
    expect(keyLine(text, ["tag"])).toBeUndefined();
    expect(keyLine(text, [])).toBeUndefined();
  });
});

describe("an anchor", () => {
  it("is found at the key and in what is below it", () => {
    expect(hasAnchor(text, ["labels"])).toBe(true);
    expect(hasAnchor(text, ["image"])).toBe(false);
    expect(hasAnchor("x:\n  y:\n    z: &a 1\nw: 2\n", ["x"])).toBe(true);
    expect(hasAnchor("x:\n  - &a 1\nw: 2\n", ["w"])).toBe(false);
  });
});
