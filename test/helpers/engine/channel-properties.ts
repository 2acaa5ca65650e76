import { Readable } from "node:stream";
import fc from "fast-check";
import { type ChannelOutcome, openControlChannel } from "../../../src/engine/run/control-channel.ts";
import { type EngineMessage, PROTOCOL_VERSION, parseMessage } from "../../../src/engine/run/protocol.ts";
import type { JsonObject } from "../../../src/errors/seatrial-error.ts";
import { type JsonLine, readJsonLines } from "../../../src/util/json-lines.ts";

// A small limit, so that lines beyond it are met.
const MAX_LENGTH = 300;

const text = fc.string({ unit: "binary", maxLength: 40 });
const hello = fc.record({
  type: fc.constant("hello" as const),
  protocol: fc.constant(PROTOCOL_VERSION),
  engine: text,
  kubernetes: text,
  helm: text,
  etcd: text,
  go: text,
  pid: fc.integer(),
});
const step = fc.record({ type: fc.constant("step" as const), name: text, elapsedMs: fc.nat() });
const ready = fc.record({
  type: fc.constant("ready" as const),
  elapsedMs: fc.nat(),
  server: text,
  kubeconfig: text,
  engineSocket: text,
});
const error = fc.record({ type: fc.constant("error" as const), component: text, message: text });
const stopping = fc.record({ type: fc.constant("stopping" as const), reason: text });
const message: fc.Arbitrary<EngineMessage> = fc.oneof(hello, step, ready, error, stopping);

/** A message with a field too many, too few, or of another type; and any JSON. */
const nearMessage = fc.oneof(
  message,
  fc.tuple(message, fc.dictionary(text, fc.jsonValue())).map(([known, more]) => ({ ...more, ...known })),
  fc.tuple(message, fc.string(), fc.jsonValue()).map(([known, field, value]) => ({ ...known, [field]: value })),
  fc.tuple(message, fc.nat(7), fc.jsonValue()).map(([known, index, value]) => {
    const field = Object.keys(known)[index] ?? "type";
    return { ...known, [field]: value };
  }),
  fc.record({ type: fc.oneof(fc.constantFrom("constructor", "__proto__", "toString", "Ready"), text) }),
  fc.object(),
);
const line = fc.oneof(
  { weight: 4, arbitrary: nearMessage.map((value) => JSON.stringify(value)) },
  fc.string({ unit: "binary" }),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom("", "  ", "{", "\u0000", '{"type":"ready"}'.repeat(40), "[".repeat(2000)),
);
const bytes = fc.oneof(
  fc.array(line).map((lines) => Buffer.from(lines.join("\n"))),
  fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array)),
);
const cuts = fc.array(fc.nat(400), { maxLength: 30 });

/** Properties of the reader of the control channel for any input. */
export const channelProperties: Record<string, fc.IAsyncProperty<unknown> | fc.IProperty<unknown>> = {
  "lines come out the same however the stream is cut": fc.asyncProperty(bytes, cuts, async (stream, lengths) => {
    same(await linesOf(cut(stream, lengths)), await linesOf([stream]));
  }),
  "a line is one object, or what is malformed of it; none is lost, none is made up": fc.asyncProperty(
    fc.array(line.map((value) => value.replaceAll("\n", " "))),
    cuts,
    async (lines, lengths) => {
      const read = await linesOf(cut(Buffer.from(lines.join("\n")), lengths));
      const given = lines.map((value) => Buffer.from(value).toString()).filter((value) => value.trim() !== "");
      same(read.length, given.length);
      for (const [index, got] of read.entries()) {
        const source = given[index] ?? "";
        if (source.length > MAX_LENGTH) same(got, { malformed: source.slice(0, 200) });
        else same(got, "value" in got ? { value: JSON.parse(source) } : { malformed: source });
      }
    },
  ),
  "a message is known, unknown or invalid, and a known one has every field": fc.property(nearMessage, (value) => {
    const parsed = parseMessage(structuredClone(value) as JsonObject);
    same(Object.keys(parsed).length, 1);
    if ("message" in parsed) same(parsed.message, value);
    else if ("invalid" in parsed) same(parsed.invalid.includes("\n"), false);
  }),
  "a start is decided once, by the first message that decides, whatever follows": fc.asyncProperty(
    bytes,
    bytes,
    cuts,
    async (first, more, lengths) => {
      const before = await outcomeOf(cut(Buffer.concat([first, Buffer.from("\n")]), lengths));
      const after = await outcomeOf(cut(Buffer.concat([first, Buffer.from("\n"), more]), lengths));
      if (before !== undefined) same(after, before);
    },
  ),
  "an engine that says more than is known is ready all the same": fc.asyncProperty(
    hello,
    fc.array(
      fc.oneof(
        step,
        fc.dictionary(text, fc.jsonValue()).map((value) => ({ ...value, type: "weather" })),
      ),
    ),
    ready,
    cuts,
    async (first, between, last, lengths) => {
      const lines = [first, ...between, last].map((value) => JSON.stringify({ ...value, more: 1 }));
      same((await outcomeOf(cut(Buffer.from(lines.join("\n")), lengths)))?.kind, "ready");
    },
  ),
};

async function linesOf(chunks: readonly Buffer[]): Promise<JsonLine[]> {
  const lines: JsonLine[] = [];
  for await (const read of readJsonLines(Readable.from(chunks), MAX_LENGTH)) lines.push(read);
  return lines;
}

/** The outcome, or `undefined` when the channel ends without one. */
async function outcomeOf(chunks: readonly Buffer[]): Promise<ChannelOutcome | undefined> {
  const stream = Readable.from(chunks);
  const ended = new Promise<undefined>((resolve) => stream.once("close", () => setImmediate(() => resolve(undefined))));
  return Promise.race([openControlChannel(stream).outcome, ended]);
}

function cut(stream: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (const length of lengths) {
    if (length === 0) continue;
    chunks.push(stream.subarray(start, start + length));
    start += length;
  }
  return [...chunks, stream.subarray(start)].filter((chunk) => chunk.length > 0);
}

function same(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`got ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
  }
}
