import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../../src/util/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["30s", 30_000],
    ["5m0s", 300_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    [".5m", 30_000],
    ["300ms", 300],
    ["0", 0],
  ])("reads %s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(["", "30", "5 m", "s", "1x", "-1s", "1s!"])("refuses %j", (text) => {
    expect(() => parseDuration(text, "timeout")).toThrow(
      `timeout must be a duration such as "30s" or "5m0s", got ${JSON.stringify(text)}`,
    );
  });
});

describe("formatDuration", () => {
  it.each([
    [340.4, "340 ms"],
    [1290, "1.3 s"],
    [9960, "10 s"],
    [42_000, "42 s"],
    [59_600, "1 min 0 s"],
    [500_000, "8 min 20 s"],
  ])("writes %d ms for people", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
