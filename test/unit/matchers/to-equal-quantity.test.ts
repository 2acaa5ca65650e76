import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";

describe("toEqualQuantity", () => {
  it("passes when two quantities are the same amount", () => {
    expect("1").toEqualQuantity("1000m");
    expect("1Gi").toEqualQuantity("1024Mi");
    expect(2).toEqualQuantity("2");
  });

  it("passes under not when they differ", () => {
    expect("1G").not.toEqualQuantity("1Gi");
  });

  it("says which one is more", () => {
    expect(() => expect("100m").toEqualQuantity("1")).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toEqualQuantity("1")

      "100m" is less than "1"]
    `);
    expect(() => expect("1000m").not.toEqualQuantity("1")).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toEqualQuantity("1")

      "1000m" is the same amount as "1"]
    `);
  });

  it("fails either way for a value that is not a quantity", () => {
    expect(() => expect("1Gb" as unknown).toEqualQuantity("1")).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toEqualQuantity("1")

      The received value is not a quantity: "1Gb"]
    `);
    expect(() => expect(undefined as unknown).not.toEqualQuantity("1")).toThrow("is not a quantity");
  });

  it("rejects an expected value that is not a quantity", () => {
    expect(() => expect("1").toEqualQuantity("1Gb")).toThrow(
      'toEqualQuantity needs a quantity such as "500m" or "1Gi", got "1Gb"',
    );
  });

  it("can be a part of another matcher", () => {
    const container = { resources: { limits: { cpu: "500m", memory: "1Gi" } } };
    expect(container).toMatchObject({
      resources: { limits: { cpu: expect.toEqualQuantity("0.5"), memory: expect.toEqualQuantity("1024Mi") } },
    });
    expect(container).not.toMatchObject({ resources: { limits: { cpu: expect.toEqualQuantity("1") } } });
  });
});
