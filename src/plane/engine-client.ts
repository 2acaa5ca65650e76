import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { SocketClient, type ToError } from "../helm/socket-client.ts";
import type { ControlPlane } from "./control-plane.ts";

const clients = new WeakMap<ControlPlane, SocketClient>();

/** The client for what the engine of a control plane does beside Helm. */
export function engineClientOf(plane: ControlPlane): SocketClient {
  let client = clients.get(plane);
  if (client === undefined) {
    // Whoever knows why the engine cannot be reached is the Helm driver.
    const explain = () =>
      plane.helm.info().then(
        () => undefined,
        (error: Error) => error,
      );
    client = new SocketClient({ socketPath: plane.data.engineSocket, explain });
    clients.set(plane, client);
  }
  return client;
}

/**
 * Asks the engine with `POST /v1/<path>`, or with GET when there is nothing to say. Rejects with `SEATRIAL_USAGE` for what
 * the engine does not take.
 */
export async function callEngine<Answer>(
  plane: ControlPlane,
  path: string,
  request: object | undefined,
  signal?: AbortSignal,
): Promise<Answer> {
  const toError: ToError = (statusCode, answer) => toEngineError(path, statusCode, answer);
  return engineClientOf(plane).ask<Answer>(`/v1/${path}`, request, toError, signal);
}

/** The error for an answer of the engine that is no success. */
export function toEngineError(path: string, statusCode: number, answer: JsonObject): Error {
  const { code, message } = (answer.error ?? {}) as { code?: string; message?: string };
  const text = `${path.split("?")[0]?.replaceAll("/", " ")} failed: ${message ?? `HTTP ${statusCode}`}`;
  return code === "request" ? new UsageError(text) : new SeatrialError("SEATRIAL_ENGINE_SERVICE", text);
}
