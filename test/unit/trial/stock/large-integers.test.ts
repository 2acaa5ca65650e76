import { describe, expect, it } from "vitest";
import { exponentForm, largeIntegers } from "../../../../src/trial/stock/large-integers.ts";

describe("exponentForm", () => {
  it.each([
    [1_000_000, "1e+06"],
    [20_261_124, "2.0261124e+07"],
    [104_857_600, "1.048576e+08"],
    [1_234_567_890_123, "1.234567890123e+12"],
  ])("of %d is what Go prints: %s", (number, text) => {
    expect(exponentForm(number)).toBe(text);
  });
});

describe("largeIntegers", () => {
  it("finds whole numbers from a million on, with their paths, also in lists", () => {
    const values = {
      a: 999_999,
      limits: { bytes: 1_000_000 },
      hosts: [{ id: 2_000_000 }],
      text: "3000000",
      half: 1_000_000.5,
    };
    expect(largeIntegers(values).map(({ name, number }) => [name, number])).toEqual([
      ["limits.bytes", 1_000_000],
      ["hosts[0].id", 2_000_000],
    ]);
  });
});
