import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";

/** Tells why a connection failed when something better is known, such as that the engine has ended. */
export type ExplainFailure = (error: Error) => Promise<Error | undefined>;

/** The error for an answer that is no success. */
export type ToError = (statusCode: number, answer: JsonObject) => Error;

export interface SocketClientOptions {
  socketPath: string;
  explain?: ExplainFailure | undefined;
}

/** JSON over HTTP on a unix socket, with connections kept alive. Proxy variables have no effect on it. */
export class SocketClient {
  readonly #socketPath: string;
  readonly #explain: ExplainFailure | undefined;
  readonly #agent = new Agent({ keepAlive: true });

  constructor({ socketPath, explain }: SocketClientOptions) {
    this.#socketPath = socketPath;
    this.#explain = explain;
  }

  /**
   * The JSON of an answer to a POST, or to a GET when there is no body; rejects with what `toError` makes of an answer that
   * is no success. Aborting the signal closes the connection, which cancels the work.
   */
  async ask<Answer>(path: string, body: object | undefined, toError: ToError, signal?: AbortSignal): Promise<Answer> {
    const answer = await this.open(body === undefined ? "GET" : "POST", path, body, signal);
    const statusCode = answer.statusCode ?? 0;
    const json = await this.#read(answer, path, signal);
    if (statusCode < 200 || statusCode > 299) throw toError(statusCode, json);
    return json as unknown as Answer;
  }

  /** The beginning of an answer that goes on; `keepAlive: false` gives it a connection of its own. */
  async open(
    method: "GET" | "POST",
    path: string,
    body: unknown,
    signal?: AbortSignal,
    keepAlive = true,
  ): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers =
      payload === undefined ? {} : { "content-type": "application/json", "content-length": payload.length };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const agent = keepAlive ? this.#agent : false;
      const outgoing = httpRequest({ socketPath: this.#socketPath, agent, method, path, headers, signal });
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
      outgoing.end(payload);
    }).catch((error: Error) => this.#fail(error, path, signal));
  }

  /** An answer that goes on, on a connection of its own, once its first bytes are there. */
  async hold(path: string, body: unknown, signal?: AbortSignal): Promise<IncomingMessage> {
    const answer = await this.open("POST", path, body, signal, false);
    try {
      await new Promise<void>((resolve, reject) => {
        answer.once("data", () => resolve());
        answer.once("error", reject);
        answer.once("close", () => reject(new Error("the connection was closed")));
      });
    } catch (error) {
      await this.#fail(error as Error, path, signal);
    }
    return answer;
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #read(answer: IncomingMessage, path: string, signal: AbortSignal | undefined): Promise<JsonObject> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of answer) chunks.push(chunk as Buffer);
    } catch (error) {
      await this.#fail(error as Error, path, signal);
    }
    const text = Buffer.concat(chunks).toString("utf8");
    try {
      return text === "" ? {} : (JSON.parse(text) as JsonObject);
    } catch (error) {
      throw new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The engine answered ${path} with no JSON`, {
        cause: error,
      });
    }
  }

  async #fail(error: Error, path: string, signal: AbortSignal | undefined): Promise<never> {
    if (signal?.aborted) {
      throw new SeatrialError("SEATRIAL_CANCELLED", `${path} was cancelled by its caller`, { cause: signal.reason });
    }
    const explained = await this.#explain?.(error);
    if (explained !== undefined) throw explained;
    throw new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The engine cannot be reached: ${error.message}`, {
      details: { socketPath: this.#socketPath, path },
      cause: error,
    });
  }
}
