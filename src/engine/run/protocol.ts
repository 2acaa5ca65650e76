import type { JsonObject } from "../../errors/seatrial-error.ts";

/** The version of the control channel that this package speaks; the engine's `hello` must name the same. */
export const PROTOCOL_VERSION = 1;

/** The first message: who the engine is. */
export interface HelloMessage {
  type: "hello";
  protocol: number;
  /** The engine's own version. */
  engine: string;
  /** Versions of the programs built into it, such as `v1.37.2`. */
  kubernetes: string;
  helm: string;
  etcd: string;
  go: string;
  pid: number;
}

/** One part of the control plane is up. */
export interface StepMessage {
  type: "step";
  name: string;
  /** Milliseconds since the engine's process started. */
  elapsedMs: number;
}

/** The control plane is ready. */
export interface ReadyMessage {
  type: "ready";
  /** Milliseconds since the engine's process started. */
  elapsedMs: number;
  /** The API server's address, such as `https://127.0.0.1:34567`. */
  server: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of the engine service's unix socket. */
  engineSocket: string;
}

/** A part of the control plane failed; the engine ends after it. */
export interface ErrorMessage {
  type: "error";
  component: string;
  message: string;
}

/** The engine has begun to end. */
interface StoppingMessage {
  type: "stopping";
  reason: string;
}

export type EngineMessage = HelloMessage | StepMessage | ReadyMessage | ErrorMessage | StoppingMessage;

type Fields<Message> = { readonly [Name in Exclude<keyof Message, "type">]: "string" | "number" };

const fieldsOfMessage: { readonly [Type in EngineMessage["type"]]: Fields<Extract<EngineMessage, { type: Type }>> } = {
  hello: {
    protocol: "number",
    engine: "string",
    kubernetes: "string",
    helm: "string",
    etcd: "string",
    go: "string",
    pid: "number",
  },
  step: { name: "string", elapsedMs: "number" },
  ready: { elapsedMs: "number", server: "string", kubeconfig: "string", engineSocket: "string" },
  error: { component: "string", message: "string" },
  stopping: { reason: "string" },
};

/** The result of checking one line of the control channel. */
export type ParsedMessage = { message: EngineMessage } | { unknownType: string } | { invalid: string };

/**
 * Checks a control message field by field. An unknown type is not an error: a newer engine may send further messages.
 * Unknown fields are ignored for the same reason.
 */
export function parseMessage(value: JsonObject): ParsedMessage {
  const { type } = value;
  if (typeof type !== "string") return { invalid: `a message without a type: ${JSON.stringify(value)}` };
  if (!isKnownType(type)) return { unknownType: type };
  // A hello of another protocol version may have other fields; the caller needs its version.
  const isForeignHello = type === "hello" && value.protocol !== PROTOCOL_VERSION && typeof value.protocol === "number";
  for (const [name, kind] of Object.entries(fieldsOfMessage[type])) {
    if (!isForeignHello && typeof value[name] !== kind) {
      return { invalid: `a "${type}" message whose ${name} is not a ${kind}: ${JSON.stringify(value)}` };
    }
  }
  return { message: value as unknown as EngineMessage };
}

function isKnownType(type: string): type is EngineMessage["type"] {
  return Object.hasOwn(fieldsOfMessage, type);
}
