import { StringDecoder } from "node:string_decoder";
import type { JsonObject } from "../errors/seatrial-error.ts";

/** One line of a stream of JSON objects: the object, or the text when it is not a JSON object. */
export type JsonLine = { value: JsonObject } | { malformed: string };

const MAX_LINE_LENGTH = 4 * 1024 * 1024;
const MAX_SHOWN_LENGTH = 200;

/**
 * Reads JSON objects, one per line, from a stream. Blank lines are left out. A line that is not a JSON object is `malformed`,
 * and so is the beginning of a line of more than `maxLength` characters.
 */
export async function* readJsonLines(
  stream: AsyncIterable<Uint8Array | string>,
  maxLength = MAX_LINE_LENGTH,
): AsyncGenerator<JsonLine> {
  const decoder = new StringDecoder("utf8");
  let partial = "";
  // The rest of a line that is too long is skipped.
  let isSkipping = false;
  for await (const chunk of stream) {
    const pieces = (typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk))).split("\n");
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        if (!isSkipping && partial.trim() !== "") yield parseJsonLine(partial);
        [partial, isSkipping] = ["", false];
      }
      if (isSkipping) continue;
      partial += piece;
      if (partial.length <= maxLength) continue;
      yield { malformed: partial.slice(0, MAX_SHOWN_LENGTH) };
      isSkipping = true;
    }
  }
  if (!isSkipping && partial.trim() !== "") yield parseJsonLine(partial);
}

/** Parses one line. */
export function parseJsonLine(line: string): JsonLine {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value: value as JsonObject };
  } catch {
    // The caller knows whether a malformed line is fatal.
  }
  return { malformed: line };
}
