import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/errors/usage-error.ts";
import { checkOptions, describe as describeValue, type OptionSpec } from "../../../src/util/check-options.ts";
import { editDistance, nearestName } from "../../../src/util/text/nearest-name.ts";

interface Options {
  releaseName?: string;
  timeout?: string;
  retries?: number;
  values?: object | string;
  files?: string[];
  level?: string;
}

const spec: OptionSpec<Options> = {
  releaseName: "string",
  timeout: "duration",
  retries: "number",
  values: ["string", "object"],
  files: "string[]",
  level: (value) => (value === "low" || value === "high" ? undefined : '"low" or "high"'),
};

function messageFor(options: unknown): string {
  try {
    checkOptions<Options>("installChart", options, spec);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  return "fine";
}

describe("checkOptions", () => {
  it.each([
    [undefined],
    [{}],
    [{ releaseName: undefined, timeout: "1h2m3.5s", retries: 0, values: {}, files: [], level: "low" }],
    [{ values: "values.yaml", timeout: "0" }],
  ])("accepts %j", (options) => {
    expect(messageFor(options)).toBe("fine");
  });

  it.each([
    [{ relaseName: "x" }, 'installChart: unknown option "relaseName"\nHint: did you mean "releaseName"?'],
    [
      { zzzzzzzz: 1 },
      'installChart: unknown option "zzzzzzzz"\nHint: known options are files, level, releaseName, retries, timeout, values',
    ],
    [{ constructor: 1 }, 'installChart: unknown option "constructor"'],
    [{ timeout: 30 }, 'installChart: option "timeout" must be a duration such as "30s", got 30 (number)'],
    [{ timeout: "30" }, 'installChart: option "timeout" must be a duration such as "30s", got "30" (string)'],
    [{ retries: Number.NaN }, 'installChart: option "retries" must be a number, got null (number)'],
    [{ values: 3 }, 'installChart: option "values" must be a string or an object, got 3 (number)'],
    [{ values: [] }, 'installChart: option "values" must be a string or an object, got [] (array)'],
    [{ files: ["a", 1] }, 'installChart: option "files" must be an array of strings, got ["a",1] (array)'],
    [{ level: "mid" }, 'installChart: option "level" must be "low" or "high", got "mid" (string)'],
    [{ releaseName: null }, 'installChart: option "releaseName" must be a string, got null'],
    ["x", 'installChart: the options must be an object, got "x" (string)'],
    [null, "installChart: the options must be an object, got null"],
  ])("says what is wrong with %j", (options, message) => {
    expect(messageFor(options).startsWith(message)).toBe(true);
  });

  it("shortens a long value and shows only the type of a circular one", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(describeValue(circle)).toBe("(object)");
    expect(describeValue("x".repeat(200))).toHaveLength(80 + " (string)".length);
    expect(describeValue(() => 1)).toBe("an unnamed function (function)");
  });
});

describe("nearestName", () => {
  it.each([
    ["valeus", "values"],
    ["Timeout", "timeout"],
    ["t", undefined],
    ["somethingElse", undefined],
  ])("suggests for %j the name %j", (name, expected) => {
    expect(nearestName(name, ["values", "timeout", "releaseName"])).toBe(expected);
  });

  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["flaw", "lawn", 2],
  ])("counts the letters between %j and %j", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });
});
