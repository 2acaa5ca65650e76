import type { Readable } from "node:stream";
import type * as Testcontainers from "testcontainers";
import { EngineError } from "../../errors/engine-error.ts";
import { TimeoutError } from "../../errors/timeout-error.ts";
import { Tail } from "../../process/tail.ts";
import type { Deadline } from "../../util/deadline.ts";
import { ERROR_OUTPUT_LINES } from "../../util/defaults.ts";
import { race } from "../../util/race.ts";
import type { Runtime } from "./runtime.ts";

type WaitStrategy = Testcontainers.WaitStrategy;
type StartedContainer = Parameters<WaitStrategy["waitUntilReady"]>[0];

// K3s writes it when its node has been seen; @testcontainers/k3s waits for the same.
const BOOTED = "Node controller sync successful";

/**
 * Follows the log of the container, which ends when the container does. As the wait strategy of the container, it is ready when
 * K3s has written its kubeconfig. It does not keep Node alive.
 */
export class ContainerLog implements WaitStrategy {
  readonly #runtime: Runtime;
  readonly #deadline: Deadline;
  readonly #image: string;
  readonly #tail = new Tail();
  readonly #booted = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Error>();
  readonly #start = new AbortController();
  #stream: Readable | undefined;
  #line = "";

  /** @param deadline when K3s has to be up. */
  constructor(runtime: Runtime, image: string, deadline: Deadline) {
    this.#runtime = runtime;
    this.#image = image;
    this.#deadline = deadline;
  }

  /** Watches a container that is about to start: it may end before its log can be followed. */
  watch(id: string): void {
    const container = this.#runtime.container.getById(id);
    const exit = container.wait({ condition: "next-exit", abortSignal: this.#start.signal });
    const onExit = () => (this.#stream === undefined ? this.#follow(container) : undefined);
    exit.then(onExit).catch(() => undefined);
  }

  async waitUntilReady(container: StartedContainer): Promise<void> {
    await this.#follow(container);
    const onTimeout = () =>
      new TimeoutError({
        waitedMs: this.#deadline.elapsedMs,
        waitingFor: `K3s of the image ${this.#image} to boot`,
        facts: this.facts(),
      });
    try {
      await race(this.#booted.promise, { deadline: this.#deadline, onTimeout, ended: this.orEnd() });
    } catch (error) {
      // testcontainers removes the container before it passes the error on.
      this.#ended.resolve(error as Error);
      throw error;
    }
    // The connection would keep Node alive.
    this.#start.abort();
  }

  /** Rejects when the container has ended. */
  async orEnd(): Promise<never> {
    throw await this.#ended.promise;
  }

  /** Resolves when the container has ended, or was not ready in time, which ends it. */
  get ended(): Promise<Error> {
    return this.#ended.promise;
  }

  /** The last lines of the log, for an error. */
  facts(): string[] {
    const lines = this.lines();
    return lines.length === 0 ? [] : ["the last lines of its log:", ...lines.map((line) => `  ${line}`)];
  }

  lines(): string[] {
    return this.#tail.lines(ERROR_OUTPUT_LINES);
  }

  close(): void {
    this.#start.abort();
    this.#stream?.destroy();
  }

  // testcontainers' own time limit would begin at the creation of the container.
  withStartupTimeout(): this {
    return this;
  }

  isStartupTimeoutSet(): boolean {
    return true;
  }

  getStartupTimeout(): number {
    return this.#deadline.timeoutMs;
  }

  // Resolves when there is a stream, which ends with the container.
  async #follow(container: StartedContainer): Promise<void> {
    this.#stream = await this.#runtime.container.logs(container, { since: 0 });
    this.#stream.on("data", (text: string) => this.#read(text));
    this.#stream.once("close", async () => this.#ended.resolve(await this.#toEndError(container)));
  }

  #read(text: string): void {
    this.#tail.write(text);
    // The message may come in two pieces.
    this.#line = (this.#line + text).slice(-text.length - BOOTED.length);
    if (this.#line.includes(BOOTED)) this.#booted.resolve();
  }

  async #toEndError(container: StartedContainer): Promise<EngineError> {
    const exitCode = await container.inspect().then(
      ({ State }) => State.ExitCode,
      () => undefined,
    );
    const how = exitCode === undefined ? "has been removed" : `has ended with exit code ${exitCode}`;
    const lines = [`The container of ${this.#image} ${how}`, ...this.facts().map((line) => `  ${line}`)];
    return new EngineError("SEATRIAL_PROVIDER", lines.join("\n"), { exitCode, outputTail: this.lines() });
  }
}
