import { describe, expect, it } from "vitest";
import { exactQuantity } from "../../../src/kube/exact-quantity.ts";

describe("an exact quantity", () => {
  it.each([
    ["1", "1000m"],
    ["0.5", "500m"],
    [".5", "500m"],
    ["5.", "5"],
    ["1Gi", "1024Mi"],
    ["1.5Gi", "1536Mi"],
    ["1k", "1000"],
    ["1E", "1e18"],
    ["1E3", "1k"],
    ["12e6", "12M"],
    ["1e-3", "1m"],
    ["100n", "0.1u"],
    ["+1", "1"],
    ["-500m", "-.5"],
    ["0", "-0"],
    ["0.1", "100m"],
    // Kubernetes rounds smaller parts up.
    ["0.0000000001", "1n"],
    // And it has a largest number.
    ["9223372036854775807", "100E"],
    ["16Ei", "8Ei"],
  ])("%s is %s", (one, other) => {
    expect(exactQuantity(one)).toBeDefined();
    expect(exactQuantity(one)).toBe(exactQuantity(other));
  });

  it.each([
    ["1G", "1Gi"],
    ["1m", "1M"],
    ["0.1", "0.10000001"],
  ])("%s is not %s", (one, other) => {
    expect(exactQuantity(one)).not.toBe(exactQuantity(other));
  });

  it("takes numbers of YAML", () => {
    expect(exactQuantity(0.5)).toBe(exactQuantity("500m"));
  });

  it.each(["", "Gi", "1 Gi", "1gi", "1KI", "1Ki1", "1.2.3", "0x10", "1e", "1K", "NaN", "--1", "."])(
    "%j is not a quantity",
    (text) => {
      expect(exactQuantity(text)).toBeUndefined();
    },
  );
});
