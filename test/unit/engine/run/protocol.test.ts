import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../../../src/engine/run/protocol.ts";
import type { JsonObject } from "../../../../src/errors/seatrial-error.ts";

const dir = new URL("../../../../fixtures/protocol/", import.meta.url);
const fixtures = readdirSync(dir).filter((name) => /^(hello|step|ready|error|stopping)\.json$/.test(name));
const read = (name: string) => JSON.parse(readFileSync(new URL(name, dir), "utf8")) as JsonObject;

describe("parseMessage", () => {
  it("has a fixture for every message", () => {
    expect(fixtures).toHaveLength(5);
  });

  it.each(fixtures)("reads the fixture %s, and reports each field that is missing", (name) => {
    const message = read(name);
    expect(parseMessage(message)).toEqual({ message });
    expect(message.type).toBe(name.replace(".json", ""));
    for (const field of Object.keys(message)) {
      const { [field]: _taken, ...rest } = message;
      expect(parseMessage(rest)).toHaveProperty("invalid");
    }
  });

  it("distinguishes an unknown type from a malformed message", () => {
    expect(parseMessage({ type: "weather" })).toEqual({ unknownType: "weather" });
    expect(parseMessage({ type: "constructor" })).toEqual({ unknownType: "constructor" });
    expect(parseMessage({ type: 3 })).toHaveProperty("invalid");
    expect(parseMessage({ type: "step", name: "etcd", elapsedMs: "120" })).toEqual({
      invalid: 'a "step" message whose elapsedMs is not a number: {"type":"step","name":"etcd","elapsedMs":"120"}',
    });
  });

  it("accepts a hello of another protocol, for its version", () => {
    expect(parseMessage({ type: "hello", protocol: 7 })).toEqual({ message: { type: "hello", protocol: 7 } });
  });
});
