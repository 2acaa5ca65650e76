import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJsonLines } from "../../../../src/util/json-lines.ts";
import { channelProperties } from "../../../helpers/engine/channel-properties.ts";

// bench/fuzz/fuzz.sh tries them for longer.
describe("the control channel, whatever arrives on it", () => {
  it.each(Object.entries(channelProperties))("%s", async (_name, property) => {
    await fc.assert(property as fc.IAsyncProperty<unknown>, { numRuns: 300 });
  });

  it("reads no message out of the middle of a line that is too long", async () => {
    async function* chunks() {
      yield "x".repeat(400);
      yield '{"type":"ready"}\n{"type":"hello"}\n';
    }
    const lines = [];
    for await (const line of readJsonLines(chunks(), 300)) lines.push(line);
    expect(lines).toEqual([{ malformed: "x".repeat(200) }, { value: { type: "hello" } }]);
  });
});
