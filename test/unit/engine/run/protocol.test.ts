import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../../../src/engine/run/protocol.ts";
import type { JsonObject } from "../../../../src/errors/seatrial-error.ts";

const folder = new URL("../../../../fixtures/protocol/", import.meta.url);
const fixtures = readdirSync(folder).filter((name) => /^(hello|step|ready|error|stopping)\.json$/.test(name));
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as JsonObject;

describe("parseMessage", () => {
  it("has a fixture for every message", () => {
    expect(fixtures).toHaveLength(5);
  });

  it.each(fixtures)("reads the fixture %s, and misses each field that is taken from it", (name) => {
    const message = read(name);
    expect(parseMessage(message)).toEqual({ message });
    expect(message.type).toBe(name.replace(".json", ""));
    for (const field of Object.keys(message)) {
      const { [field]: _taken, ...rest } = message;
      expect(parseMessage(rest)).toHaveProperty("invalid");
    }
  });

  it("tells an unknown type from a broken message", () => {
    expect(parseMessage({ type: "weather" })).toEqual({ unknownType: "weather" });
    expect(parseMessage({ type: "constructor" })).toEqual({ unknownType: "constructor" });
    expect(parseMessage({ type: 3 })).toHaveProperty("invalid");
    expect(parseMessage({ type: "step", name: "etcd", elapsedMs: "120" })).toEqual({
      invalid: 'a "step" message whose elapsedMs is no number: {"type":"step","name":"etcd","elapsedMs":"120"}',
    });
  });

  it("lets a hello of another protocol through for its version", () => {
    expect(parseMessage({ type: "hello", protocol: 7 })).toEqual({ message: { type: "hello", protocol: 7 } });
  });
});
