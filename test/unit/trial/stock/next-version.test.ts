import { describe, expect, it } from "vitest";
import { nextText, nextVersion } from "../../../../src/trial/stock/next-version.ts";

describe("nextVersion", () => {
  it.each([
    ["1.2.3", "1.3.4"],
    ["v0.1.9", "v0.2.10"],
    ["1.2.3-rc.1+build", "1.3.4-rc.1+build"],
    ["1.2", "1.3"],
    ["", "-1"],
  ])("of %s is %s", (version, next) => {
    expect(nextVersion(version)).toBe(next);
  });
});

describe("nextText", () => {
  it.each([
    ["1.16.0", "1.16.1"],
    ["v2.9-alpine", "v2.10-alpine"],
    ["latest", "latest-1"],
    ["20261124", "20261125"],
  ])("of %s is %s", (text, next) => {
    expect(nextText(text)).toBe(next);
  });
});
