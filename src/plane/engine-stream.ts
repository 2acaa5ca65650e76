import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../errors/seatrial-error.ts";
import { readJsonLines } from "../util/json-lines.ts";
import type { ControlPlane } from "./control-plane.ts";
import { engineClientOf, toEngineError } from "./engine-client.ts";

/** An answer of the engine that lasts until it is closed, or this process ends. */
export interface EngineStream<First> {
  first: First;
  /** What follows; over when the answer is. */
  lines: AsyncGenerator<JsonObject>;
  close(): void;
}

/** Asks with `POST /v1/<path>` for an answer of many lines. Rejects as `callEngine` does. It does not keep the process. */
export async function openEngineStream<First>(
  plane: ControlPlane,
  path: string,
  request: object,
  signal: AbortSignal | undefined,
): Promise<EngineStream<First>> {
  const answer = await engineClientOf(plane).open("POST", `/v1/${path}`, request, signal, false);
  answer.socket.unref();
  const lines = readLines(answer);
  const { value: first } = await lines.next();
  if (answer.statusCode !== 200 || first === undefined) {
    answer.destroy();
    throw toEngineError(path, answer.statusCode ?? 0, first ?? {});
  }
  return { first: first as unknown as First, lines, close: () => answer.destroy() };
}

async function* readLines(answer: IncomingMessage): AsyncGenerator<JsonObject> {
  try {
    for await (const line of readJsonLines(answer)) if ("value" in line) yield line.value;
  } catch {
    // It was closed, or the engine has ended: whoever asks next is told.
  }
}
