import { StringDecoder } from "node:string_decoder";
import type { JsonObject } from "../errors/seatrial-error.ts";

/** One line of a stream of JSON objects: the object, or the text that is none. */
export type JsonLine = { value: JsonObject } | { malformed: string };

const MAX_LINE_LENGTH = 4 * 1024 * 1024;

/** Reads JSON objects, one a line, from a stream. Blank lines are left out; a line that is no JSON object is `malformed`. */
export async function* readJsonLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<JsonLine> {
  const decoder = new StringDecoder("utf8");
  let partial = "";
  for await (const chunk of stream) {
    const pieces = (partial + (typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)))).split("\n");
    partial = pieces.pop() ?? "";
    if (partial.length > MAX_LINE_LENGTH) {
      yield { malformed: partial.slice(0, 200) };
      partial = "";
    }
    for (const piece of pieces) if (piece.trim() !== "") yield parseJsonLine(piece);
  }
  if (partial.trim() !== "") yield parseJsonLine(partial);
}

/** Parses one line. */
export function parseJsonLine(line: string): JsonLine {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value: value as JsonObject };
  } catch {
    // Told apart by the caller: it knows whether a malformed line is fatal.
  }
  return { malformed: line };
}
