import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { createRequire } from "node:module";
import type { KubeConfig } from "@kubernetes/client-node";
import { ClusterError } from "../errors/cluster-error.ts";
import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import type { ExplainFailure } from "../util/explain-failure.ts";
import { hideEverywhere, hideQuotes, makeHide } from "../util/text/hide-secrets.ts";
import { type Impersonation, impersonationHeaders } from "./impersonation.ts";
import { impersonate, type Kubeconfig, parseKubeconfig } from "./kubeconfig.ts";
import { ApiStatusError, isStatus, type KubeStatus } from "./status.ts";
import { parseWarnings } from "./warnings.ts";

/** One request to the API server. */
export interface KubeRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with `/api` or `/apis`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** @default "application/json" */
  contentType?: string;
  /** @default "application/json" */
  accept?: string;
  signal?: AbortSignal | undefined;
  /** In milliseconds. @default 30000 */
  timeoutMs?: number | undefined;
}

/** A successful answer. */
export interface KubeAnswer {
  statusCode: number;
  body: unknown;
  /** The texts of `Warning:` headers. */
  warnings: string[];
}

const require = createRequire(import.meta.url);
const SECRETS_PATH = /^\/api\/v1\/(namespaces\/[^/]+\/)?secrets(\/|$)/;
const MAX_SOCKETS = 16;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * HTTPS to one API server over kept-alive connections. It has an agent of its own, so proxy variables have no effect, and reads
 * only the kubeconfig that it is given.
 */
export class KubeTransport {
  readonly server: URL;
  readonly #text: string;
  readonly #kubeconfig: Kubeconfig;
  readonly #explain: ExplainFailure | undefined;
  #config: KubeConfig | undefined;
  #agent: Agent | undefined;

  private constructor(text: string, explain: ExplainFailure | undefined) {
    this.#text = text;
    this.#kubeconfig = parseKubeconfig(text);
    this.server = this.#kubeconfig.server;
    this.#explain = explain;
  }

  /** The kubeconfig for `@kubernetes/client-node`, which is loaded only now: that takes half a second. */
  get config(): KubeConfig {
    if (this.#config === undefined) {
      const clientNode = require("@kubernetes/client-node") as typeof import("@kubernetes/client-node");
      this.#config = new clientNode.KubeConfig();
      this.#config.loadFromString(this.#text);
    }
    return this.#config;
  }

  /** Reads the kubeconfig at `path`; its current context is used. */
  static fromFile(path: string, explain?: ExplainFailure): KubeTransport {
    return KubeTransport.fromText(readFileSync(path, "utf8"), explain);
  }

  static fromText(text: string, explain?: ExplainFailure): KubeTransport {
    return new KubeTransport(text, explain);
  }

  /** The same API server for another user, whose requests are made with these credentials. */
  as(user: Impersonation): KubeTransport {
    return KubeTransport.fromText(impersonate(this.#text, user), this.#explain);
  }

  /** Rejects with an `ApiStatusError` when the API server refuses, with `SEATRIAL_API` when it cannot be reached. */
  async request(request: KubeRequest): Promise<KubeAnswer> {
    const answer = await this.#send(request);
    const text = Buffer.concat(await this.#collect(answer, request)).toString("utf8");
    const statusCode = answer.statusCode ?? 0;
    const body = parseBody(text);
    const warnings = parseWarnings(joinHeader(answer.headers.warning));
    if (statusCode >= 200 && statusCode < 300) return { statusCode, body, warnings };
    const status: KubeStatus = isStatus(body) ? body : { kind: "Status", message: text.slice(0, 500).trim() };
    throw new ApiStatusError(`${request.method} ${request.path}`, statusCode, withoutSecret(status, request), warnings);
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #send(request: KubeRequest): Promise<IncomingMessage> {
    this.#agent ??= new Agent({
      keepAlive: true,
      maxSockets: MAX_SOCKETS,
      scheduling: "lifo",
      ...this.#kubeconfig.tls,
    });
    const agent = this.#agent;
    const { token, impersonated } = this.#kubeconfig;
    const url = new URL(request.path, this.server);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const timeoutMs = request.timeoutMs ?? REQUEST_TIMEOUT_MS;
    const signals = [AbortSignal.timeout(timeoutMs), ...(request.signal === undefined ? [] : [request.signal])];
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = httpsRequest(url, {
        agent,
        method: request.method,
        signal: AbortSignal.any(signals),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...impersonationHeaders(impersonated),
          accept: request.accept ?? "application/json",
          "user-agent": "seatrial",
          ...(body === undefined
            ? {}
            : { "content-type": request.contentType ?? "application/json", "content-length": body.length }),
        },
      });
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
      outgoing.end(body);
    }).catch((error: Error) => this.#fail(error, request));
  }

  async #collect(answer: IncomingMessage, request: KubeRequest): Promise<Buffer[]> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of answer) chunks.push(chunk as Buffer);
    } catch (error) {
      await this.#fail(error as Error, request);
    }
    return chunks;
  }

  async #fail(error: Error, request: KubeRequest): Promise<never> {
    const what = `${request.method} ${request.path}`;
    if (request.signal?.aborted) {
      throw new SeatrialError("SEATRIAL_CANCELLED", `${what} was cancelled by its caller`, {
        cause: request.signal.reason,
      });
    }
    if (isTimeout(error)) {
      throw new TimeoutError({
        waitedMs: request.timeoutMs ?? REQUEST_TIMEOUT_MS,
        waitingFor: `the API server to answer ${what}`,
        cause: error,
      });
    }
    const explained = await this.#explain?.(error);
    if (explained !== undefined) throw explained;
    throw new ClusterError(
      "SEATRIAL_API",
      `The API server at ${this.server.host} cannot be reached: ${error.message}`,
      {
        details: { request: what },
        cause: error,
      },
    );
  }
}

function isTimeout(error: Error): boolean {
  return error.name === "TimeoutError" || (error.cause as Error | undefined)?.name === "TimeoutError";
}

// Errors are printed, and the Secret that was sent must not be.
function withoutSecret(status: KubeStatus, { path, body }: KubeRequest): KubeStatus {
  if (typeof body !== "object" || body === null || !SECRETS_PATH.test(path)) return status;
  const hide = makeHide([body]);
  return hideEverywhere(status as unknown as JsonObject, (text) => hide(hideQuotes(text))) as unknown as KubeStatus;
}

function joinHeader(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}

function parseBody(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
