import { describe, expect, it } from "vitest";
import { CompileProgress } from "../../../../src/engine/binary/compile-progress.ts";

const weights = new Map([
  ["small", 10],
  ["large", 80],
  ["last", 10],
]);

describe("CompileProgress", () => {
  it("counts packages and weighs them by their size", () => {
    const compiled = new CompileProgress(weights, () => 0);
    expect(compiled.estimate).toEqual({ done: 0, total: 3, fraction: 0 });
    expect(compiled.begin("large")).toBe(true);
    expect(compiled.begin("# a line of the compiler")).toBe(false);
    expect(compiled.estimate).toEqual({ done: 1, total: 3, fraction: 0.8 });
  });

  it("estimates the rest from the speed so far, with the time of the linker", () => {
    let now = 1000;
    const compiled = new CompileProgress(weights, () => now);
    compiled.begin("small");
    now += 4999;
    expect(compiled.estimate).not.toHaveProperty("remainingMs");
    now += 5001;
    expect(compiled.estimate).toMatchObject({ fraction: 0.1, remainingMs: 90_000 + 10_000 });
    compiled.begin("large");
    now += 80_000;
    expect(compiled.estimate).toMatchObject({ fraction: 0.9, remainingMs: 10_000 + 10_000 });
    compiled.begin("last");
    expect(compiled.isComplete).toBe(true);
    expect(compiled.estimate).toEqual({ done: 3, total: 3, fraction: 1 });
  });

  it("is complete when there is nothing to compile", () => {
    expect(new CompileProgress(new Map(), () => 0).estimate).toEqual({ done: 0, total: 0, fraction: 1 });
  });
});
