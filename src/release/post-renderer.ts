import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { UsageError } from "../errors/usage-error.ts";
import { pipeProgram } from "../process/pipe-program.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { describe } from "../util/check-options.ts";

/** A program that reads manifests from its standard input and writes them to its standard output, as for Helm. */
export interface PostRendererCommand {
  /** A path, or a name on PATH. */
  command: string;
  args?: readonly string[] | undefined;
}

/** Changes all manifests that Helm has rendered, hooks included: gets them as one text, and returns them as one. */
export type PostRenderer = ((manifests: string) => string | Promise<string>) | PostRendererCommand;

/** A post-renderer that the engine can call, until it is disposed of. */
export interface ServedPostRenderer extends AsyncDisposable {
  /** The unix socket for Helm's request. */
  readonly socket: string;
  /** Waits for one of Helm's verbs. When it fails because of the post-renderer, rejects with the error of that. */
  whileServing<Value>(work: Promise<Value>): Promise<Value>;
}

/** Serves a post-renderer on a socket in a private directory. */
export async function servePostRenderer(postRenderer: PostRenderer): Promise<ServedPostRenderer> {
  const directory = await makeTempDir("seatrial-post-");
  const socket = join(directory.path, "s");
  const failures: unknown[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      response.end(await render(postRenderer, await text(request), gone.signal));
    } catch (error) {
      // After the time limit, only the end of the program would be reported.
      if (!gone.signal.aborted) failures.push(error);
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(socket, resolve);
  });
  const whileServing = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      // What the post-renderer throws says more than Helm does about it.
      throw failures.length > 0 ? failures.at(-1) : error;
    }
  };
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await directory.remove();
  };
  return { socket, whileServing, [Symbol.asyncDispose]: close };
}

async function render(postRenderer: PostRenderer, manifests: string, signal: AbortSignal): Promise<string> {
  const rendered: unknown =
    typeof postRenderer === "function"
      ? await postRenderer(manifests)
      : await runCommand(postRenderer, manifests, signal);
  if (typeof rendered !== "string")
    throw new UsageError(`The post-renderer must return a text, got ${describe(rendered)}`);
  // As Helm: a program that returns nothing has most likely failed.
  if (rendered.trim() === "") throw new UsageError("The post-renderer returned no manifests");
  return rendered;
}

async function runCommand(
  { command, args = [] }: PostRendererCommand,
  manifests: string,
  signal: AbortSignal,
): Promise<string> {
  const { stdout, problem } = await pipeProgram(command, args, manifests, signal);
  if (problem !== undefined) throw new UsageError(`The post-renderer \`${[command, ...args].join(" ")}\` ${problem}`);
  return stdout;
}
