import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { toValuesFiles } from "../../../src/chart/values-files.ts";

describe("toValuesFiles", () => {
  it("keeps files and objects in order", async () => {
    await using files = await toValuesFiles([{ a: 1 }, "package.json", { b: "1e3" }]);
    expect(files.paths[1]).toBe(resolve("package.json"));
    expect(await Promise.all([files.paths[0], files.paths[2]].map((path = "") => readFile(path, "utf8")))).toEqual([
      '{"a":1}',
      '{"b":"1e3"}',
    ]);
  });

  it("writes objects where nobody else can read them, and removes them", async () => {
    const files = await toValuesFiles({ password: "x" });
    const [path = ""] = files.paths;
    expect([(await stat(path)).mode & 0o777, (await stat(dirname(path))).mode & 0o777]).toEqual([0o600, 0o700]);
    await files[Symbol.asyncDispose]();
    expect(existsSync(dirname(path))).toBe(false);
  });

  it("accepts no values, one file or one object", async () => {
    await using none = await toValuesFiles(undefined);
    await using file = await toValuesFiles("package.json");
    await using object = await toValuesFiles({});
    expect([none, file, object].map(({ paths }) => paths.length)).toEqual([0, 1, 1]);
  });

  it("leaves out keys that are undefined and writes dates as text", async () => {
    await using files = await toValuesFiles({ a: undefined, at: new Date(0) });
    expect(await readFile(files.paths[0] ?? "", "utf8")).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });

  it("names a file that does not exist", async () => {
    await expect(toValuesFiles([{ a: 1 }, "no/such.yaml"])).rejects.toMatchObject({
      code: "SEATRIAL_VALUES",
      file: "no/such.yaml",
      message: expect.stringMatching(/^The values file no\/such.yaml cannot be read\nHint: relative paths start at/),
    });
  });

  it.each([
    [{ a: Number.NaN }, 'values: "a" cannot be written to a values file, got NaN'],
    [{ a: { b: () => 1 } }, 'values: "b" cannot be written to a values file, got b (function)'],
    [[[1]] as never, "values must be a file, an object or a list of these, got [1] (array)"],
  ])("refuses %j, which a values file cannot express", async (values, message) => {
    await expect(toValuesFiles(values)).rejects.toMatchObject({ code: "SEATRIAL_USAGE", message });
  });
});
