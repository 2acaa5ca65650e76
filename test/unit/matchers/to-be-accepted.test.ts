import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { badPort, dryRunResult } from "../../helpers/matcher-results.ts";

describe("toBeAccepted", () => {
  it("passes when every object was accepted", () => {
    expect(dryRunResult()).toBeAccepted();
  });

  it("passes negated when an object was rejected", () => {
    expect(dryRunResult([badPort])).not.toBeAccepted();
  });

  it("shows the findings when it fails", () => {
    expect(() => expect(dryRunResult([badPort])).toBeAccepted()).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeAccepted()

      The API server rejected 1 of 2 objects (chart web 1.0.0, install of release web)
        error: Service web: spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive (web/templates/service.yaml)]
    `);
  });

  it("shows how many were accepted when its negation fails", () => {
    expect(() => expect(dryRunResult()).not.toBeAccepted()).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toBeAccepted()

      The API server accepted all 2 objects (chart web 1.0.0, install of release web)]
    `);
  });

  it("fails both ways for a chart without objects", () => {
    const empty = { ...dryRunResult(), refs: [], submitted: 0 };
    expect(() => expect(empty).toBeAccepted()).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeAccepted()

      The chart rendered no object, so the API server checked nothing (chart web 1.0.0, install of release web)]
    `);
    expect(() => expect(empty).not.toBeAccepted()).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toBeAccepted()

      The chart rendered no object, so the API server checked nothing (chart web 1.0.0, install of release web)]
    `);
  });

  it("refuses a value of another kind", () => {
    expect(() => expect<unknown>(5).toBeAccepted()).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toBeAccepted needs a result of dryRunChart, got 5 (number)]`,
    );
    expect(() => expect(null).not.toBeAccepted()).toThrow(TypeError);
  });
});
