import { describe, expect, it } from "vitest";
import { globPattern } from "../../../src/util/glob.ts";

describe("globPattern", () => {
  it.each([
    ["Secret/web-*", "Secret/web-tls", true],
    ["Secret/web-?", "Secret/web-1", true],
    ["Secret/web-?", "Secret/web-10", false],
    ["*/a.b", "ConfigMap/a.b", true],
    ["*/a.b", "ConfigMap/a-b", false],
    ["Secret/(a|b)", "Secret/a", false],
  ])("%s and %s: %s", (glob, text, isMatch) => {
    expect(globPattern(glob).test(text)).toBe(isMatch);
  });
});
