import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { SocketClient } from "../helm/socket-client.ts";
import type { ControlPlane } from "../plane/control-plane.ts";

const clients = new WeakMap<ControlPlane, SocketClient>();

/** The client for the engine of a control plane. */
export function clientOf(plane: ControlPlane): SocketClient {
  let client = clients.get(plane);
  if (client === undefined) {
    // Whoever knows why the engine cannot be reached is the Helm driver.
    const explain = () =>
      plane.helm.info().then(
        () => undefined,
        (error: Error) => error,
      );
    client = new SocketClient({ socketPath: plane.data.helmSocket, explain });
    clients.set(plane, client);
  }
  return client;
}

/** Asks the engine something about webhooks. Rejects with `SEATRIAL_USAGE` for what it does not take. */
export async function askWebhooks<Answer>(
  plane: ControlPlane,
  verb: "undo" | "answer" | "reviews",
  request: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const [statusCode, answer] = await clientOf(plane).call("POST", `/v1/webhook/${verb}`, request, signal);
  if (statusCode === 200) return answer as unknown as Answer;
  throw toError(verb, statusCode, answer);
}

/** The error for an answer that is no success. */
export function toError(verb: string, statusCode: number, answer: JsonObject): Error {
  const { code, message } = (answer.error ?? {}) as { code?: string; message?: string };
  const text = `webhook ${verb} failed: ${message ?? `HTTP ${statusCode}`}`;
  return code === "request" ? new UsageError(text) : new SeatrialError("SEATRIAL_HELM_SERVICE", text);
}
