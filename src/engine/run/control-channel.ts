import type { Readable } from "node:stream";
import { readJsonLines } from "../../util/json-lines.ts";
import {
  type ErrorMessage,
  type HelloMessage,
  PROTOCOL_VERSION,
  parseMessage,
  type ReadyMessage,
  type StepMessage,
} from "./protocol.ts";

/** The first message that decides whether the start succeeded. */
export type ChannelOutcome =
  | { kind: "ready"; hello: HelloMessage; ready: ReadyMessage }
  | { kind: "failed"; error: ErrorMessage }
  | { kind: "mismatch"; hello: HelloMessage }
  | { kind: "violation"; what: string };

/** The engine's side of the start, as far as the engine has reported it. */
export interface ControlChannel {
  readonly steps: StepMessage[];
  /** Why the engine ends, as the engine reports it. */
  reason(): string | undefined;
  /** Resolves with the first message that decides. Stays pending when the channel ends before: then the exit of the process decides. */
  readonly outcome: Promise<ChannelOutcome>;
}

/** Reads the control channel until it closes. Once the outcome is known, malformed lines are ignored. */
export function openControlChannel(stream: Readable, onStep?: (step: StepMessage) => void): ControlChannel {
  const steps: StepMessage[] = [];
  let reason: string | undefined;
  let hello: HelloMessage | undefined;

  const decide = (line: Parameters<typeof parseMessage>[0]): ChannelOutcome | undefined => {
    const parsed = parseMessage(line);
    if ("unknownType" in parsed) return undefined;
    if ("invalid" in parsed) return { kind: "violation", what: parsed.invalid };
    const { message } = parsed;
    if (hello === undefined && message.type !== "hello" && message.type !== "error") {
      return { kind: "violation", what: `"${message.type}" before "hello"` };
    }
    switch (message.type) {
      case "hello":
        hello = message;
        return message.protocol === PROTOCOL_VERSION ? undefined : { kind: "mismatch", hello: message };
      case "step":
        steps.push(message);
        onStep?.(message);
        return undefined;
      case "ready":
        return hello === undefined ? undefined : { kind: "ready", hello, ready: message };
      case "error":
        reason ??= `${message.component}: ${message.message}`;
        return { kind: "failed", error: message };
      case "stopping":
        reason ??= message.reason;
        return undefined;
    }
  };

  const outcome = new Promise<ChannelOutcome>((resolve) => {
    const read = async () => {
      for await (const line of readJsonLines(stream)) {
        const decided = "value" in line ? decide(line.value) : malformed(line.malformed);
        if (decided !== undefined) resolve(decided);
      }
    };
    // A broken pipe means that the engine has ended, which the exit of its process reports better.
    read().catch(() => undefined);
  });
  return { steps, reason: () => reason, outcome };
}

function malformed(line: string): ChannelOutcome {
  return { kind: "violation", what: `a line that is not a JSON object: ${JSON.stringify(line.slice(0, 200))}` };
}
