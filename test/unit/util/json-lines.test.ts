import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type JsonLine, readJsonLines } from "../../../src/util/json-lines.ts";

describe("readJsonLines", () => {
  const read = async (...chunks: (string | Buffer)[]) => {
    const lines: JsonLine[] = [];
    for await (const line of readJsonLines(Readable.from(chunks))) lines.push(line);
    return lines;
  };

  it("reads objects across pieces and a last line without a line break", async () => {
    expect(await read('{"a":', '1}\n\n{"b":2}\n{"c"', ":3}")).toEqual([
      { value: { a: 1 } },
      { value: { b: 2 } },
      { value: { c: 3 } },
    ]);
  });

  it("returns a line that is not an object as malformed", async () => {
    expect(await read('oops\n[1]\nnull\n{"a":1}\n')).toEqual([
      { malformed: "oops" },
      { malformed: "[1]" },
      { malformed: "null" },
      { value: { a: 1 } },
    ]);
  });

  it("skips a line that never ends", async () => {
    const [line] = await read("x".repeat(5 * 1024 * 1024));
    expect(line).toEqual({ malformed: "x".repeat(200) });
  });
});
