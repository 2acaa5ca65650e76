import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { ExplainFailure } from "../util/explain-failure.ts";
import { readJsonLines } from "../util/json-lines.ts";
import { throwIfAborted } from "../util/race.ts";
import type { EngineInfo } from "./engine-info.ts";
import { whileWaiting } from "./lock-waits.ts";

/** Makes the error for an answer whose status code is not 2xx. */
export type ToError = (statusCode: number, answer: JsonObject) => Error;

/** Which engine to talk to. */
export interface EngineClientOptions {
  /** The unix socket of the engine service. */
  socketPath: string;
  explain?: ExplainFailure | undefined;
}

/** Options of every call of the engine. */
export interface EngineCallOptions {
  /** Cancels the call, here and in the engine: the call rejects with `SEATRIAL_CANCELLED`. */
  signal?: AbortSignal | undefined;
}

/** How {@link EngineClient.lock} waits. */
export interface EngineLockOptions extends EngineCallOptions {
  /** Has the lock together with other callers that want it shared. @default false: alone */
  shared?: boolean | undefined;
}

/** A named lock. It is unlocked at the latest when its process ends. */
export interface EngineLock extends AsyncDisposable {
  readonly name: string;
  /** Passes the lock to the next caller that waits for it. Safe to call twice. */
  unlock(): Promise<void>;
}

/** An answer of many JSON lines, open until it is closed or this process ends. */
export interface EngineStream<First> {
  first: First;
  /** The lines after the first one. It ends with the answer, also when the connection breaks. */
  lines: AsyncGenerator<JsonObject>;
  close(): void;
}

const INFO_TIMEOUT_MS = 10_000;

/**
 * Everything that the engine answers on its unix socket. Calls reject with `SEATRIAL_ENGINE_EXITED` when the engine has
 * ended, with `SEATRIAL_ENGINE_SERVICE` when it cannot be reached, and with `SEATRIAL_CANCELLED` when the signal aborts.
 */
export class EngineClient {
  readonly #socketPath: string;
  readonly #explain: ExplainFailure | undefined;
  // An agent of its own: the proxy variables have no effect on it.
  readonly #agent = new Agent({ keepAlive: true });

  constructor({ socketPath, explain }: EngineClientOptions) {
    this.#socketPath = socketPath;
    this.#explain = explain;
  }

  /**
   * Resolves with the JSON that the engine answers to `POST /v1/<path>`, or to a GET when there is no request. Rejects with
   * `SEATRIAL_USAGE` for a request that the engine does not accept, unless `toError` makes another error.
   */
  async ask<Answer>(
    path: string,
    request?: object,
    options: EngineCallOptions & { toError?: ToError; headers?: OutgoingHttpHeaders } = {},
  ): Promise<Answer> {
    const { signal, headers, toError = (statusCode, answer) => toEngineError(path, statusCode, answer) } = options;
    const answer = await this.#open(path, request, this.#agent, signal, headers);
    const json = parseAnswer(path, await text(answer).catch((error: Error) => this.#fail(error, path, signal)));
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299) throw toError(statusCode, json);
    return json as unknown as Answer;
  }

  /** Opens an answer of many lines. It does not keep this process alive. Rejects as {@link ask} does. */
  async stream<First>(path: string, request: object, options: EngineCallOptions = {}): Promise<EngineStream<First>> {
    const { answer, first, lines } = await this.#openLines(path, request, options.signal);
    answer.socket.unref();
    return { first: first as unknown as First, lines, close: () => answer.destroy() };
  }

  /**
   * Waits for the lock of this name, in the order of the requests of all processes that use the same engine: until no
   * other caller has it or, when it is `shared`, until no caller has it alone.
   */
  async lock(name: string, { shared = false, signal }: EngineLockOptions = {}): Promise<EngineLock> {
    const asked = whileWaiting(() => this.#openLines("lock", { name, shared }, signal));
    const { answer } = await asked.catch((error: unknown) => {
      throwIfAborted(signal, `the lock ${name}`);
      throw error;
    });
    // The engine unlocks when it sees the connection close.
    const unlock = async () => {
      answer.destroy();
    };
    return { name, unlock, [Symbol.asyncDispose]: unlock };
  }

  info(options?: EngineCallOptions): Promise<EngineInfo> {
    return this.ask("info", undefined, options);
  }

  /**
   * The {@link info} of an engine that may have ended: resolves with `undefined` when no process listens on the socket.
   * Rejects with `SEATRIAL_ENGINE_SERVICE` when a process listens and does not answer within `timeoutMs` milliseconds.
   */
  async findInfo(timeoutMs = INFO_TIMEOUT_MS): Promise<EngineInfo | undefined> {
    const signal = AbortSignal.timeout(timeoutMs);
    const ask = async () => {
      const answer = await this.#send("info", undefined, false, signal);
      return JSON.parse(await text(answer)) as EngineInfo;
    };
    try {
      return await ask().catch((error: NodeJS.ErrnoException) => {
        // The process was just being killed: the system closes its socket, and refuses the next connection.
        if (error.code === "ECONNRESET") return ask();
        throw error;
      });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // The socket has been removed, or the process that made it is dead.
      if (code === "ENOENT" || code === "ECONNREFUSED") return undefined;
      const reason = signal.aborted ? `no answer within ${timeoutMs} ms` : message;
      throw new SeatrialError(
        "SEATRIAL_ENGINE_SERVICE",
        `The engine at ${this.#socketPath} does not answer: ${reason}`,
        {
          hint: "`seatrial down` and `seatrial up` start another",
          cause: error,
        },
      );
    }
  }

  /** Closes idle connections; the engine keeps running. */
  close(): void {
    this.#agent.destroy();
  }

  async #openLines(path: string, request: object, signal: AbortSignal | undefined) {
    const answer = await this.#open(path, request, false, signal);
    // After the first line nobody may be reading when the connection breaks.
    answer.on("error", () => undefined);
    const lines = readLines(answer);
    const { value: first } = await lines.next();
    if (answer.statusCode === 200 && first !== undefined) return { answer, first, lines };
    const isBroken = first === undefined && !answer.complete;
    answer.destroy();
    if (isBroken) await this.#fail(new Error("the connection was closed"), path, signal);
    throw toEngineError(path, answer.statusCode ?? 0, first ?? {});
  }

  #open(
    path: string,
    request: object | undefined,
    agent: Agent | false,
    signal: AbortSignal | undefined,
    headers?: OutgoingHttpHeaders,
  ) {
    return this.#send(path, request, agent, signal, headers).catch((error: Error) => this.#fail(error, path, signal));
  }

  // `agent: false` gives the call a connection of its own. Aborting the signal closes the connection, which cancels the work.
  #send(
    path: string,
    request: object | undefined,
    agent: Agent | false,
    signal: AbortSignal | undefined,
    headers: OutgoingHttpHeaders = {},
  ): Promise<IncomingMessage> {
    const body = request === undefined ? undefined : Buffer.from(JSON.stringify(request));
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        socketPath: this.#socketPath,
        agent,
        method: body === undefined ? "GET" : "POST",
        path: `/v1/${path}`,
        ...(signal === undefined ? {} : { signal }),
        headers:
          body === undefined
            ? headers
            : { ...headers, "content-type": "application/json", "content-length": body.length },
      });
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
      outgoing.end(body);
    });
  }

  async #fail(error: Error, path: string, signal: AbortSignal | undefined): Promise<never> {
    if (signal?.aborted) {
      throw new SeatrialError("SEATRIAL_CANCELLED", `/v1/${path} was cancelled by its caller`, {
        cause: signal.reason,
      });
    }
    const explained = await this.#explain?.(error);
    if (explained !== undefined) throw explained;
    throw new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The engine cannot be reached: ${error.message}`, {
      details: { socketPath: this.#socketPath, path: `/v1/${path}` },
      cause: error,
    });
  }
}

/** The error for an answer whose status code is not 2xx: `SEATRIAL_USAGE` when the engine does not accept the request. */
export function toEngineError(path: string, statusCode: number, answer: JsonObject): Error {
  const { code, message } = (answer.error ?? {}) as { code?: string; message?: string };
  const name = path.split("?")[0] ?? path;
  if (message === undefined) {
    return new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The engine answered /v1/${name} with HTTP ${statusCode}`);
  }
  const line = `${name.replaceAll("/", " ")} failed: ${message}`;
  return code === "request" ? new UsageError(line) : new SeatrialError("SEATRIAL_ENGINE_SERVICE", line);
}

function parseAnswer(path: string, body: string): JsonObject {
  try {
    return body === "" ? {} : (JSON.parse(body) as JsonObject);
  } catch (error) {
    throw new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The engine's answer to /v1/${path} is not JSON`, {
      cause: error,
    });
  }
}

async function* readLines(answer: IncomingMessage): AsyncGenerator<JsonObject> {
  try {
    for await (const line of readJsonLines(answer)) if ("value" in line) yield line.value;
  } catch {
    // The stream was closed or the engine has ended: the next call reports it.
  }
}
