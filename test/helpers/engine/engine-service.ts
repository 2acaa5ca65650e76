import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { EngineClient } from "../../../src/engine/engine-client.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import type { ExplainFailure } from "../../../src/util/explain-failure.ts";

/** The client of an engine service that answers as the listener does. */
export async function engineClientOf(listener: RequestListener, explain?: ExplainFailure): Promise<EngineClient> {
  const { path, remove } = await makeTempDir();
  const socketPath = join(path, "engine.sock");
  const server = createServer(listener).listen(socketPath);
  await once(server, "listening");
  const client = new EngineClient({ socketPath, explain });
  onTestFinished(async () => {
    client.close();
    server.closeAllConnections();
    server.close();
    await remove();
  });
  return client;
}

/** A listener that answers every request with this JSON. */
export function answering(statusCode: number, body: unknown): RequestListener {
  return (_request, response) => {
    response.writeHead(statusCode, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
}
