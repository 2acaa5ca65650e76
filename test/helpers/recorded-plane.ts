import { once } from "node:events";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { attachControlPlane, type ControlPlane } from "seatrial";
import { onTestFinished } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";

/** One request to the engine service and its answer. */
export interface Recorded {
  path: string;
  sent: Record<string, unknown>;
  answer: Record<string, unknown>;
}

/** The same control plane, reached through a relay that records what is said to the engine. */
export async function recordRequests(plane: ControlPlane): Promise<{ plane: ControlPlane; recorded: Recorded[] }> {
  const { path, remove } = await makeTempDir();
  const socketPath = join(path, "engine.sock");
  const recorded: Recorded[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const sent = Buffer.concat(await incoming.toArray());
    const { method, url = "", headers } = incoming;
    const forwarded = request({ socketPath: plane.data.engineSocket, method, path: url, headers });
    outgoing.on("close", () => forwarded.destroy());
    forwarded.on("error", () => outgoing.destroy());
    forwarded.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        outgoing.write(chunk);
      });
      answer.on("end", () => {
        const toJson = (text: Buffer) => JSON.parse(text.length === 0 ? "{}" : text.toString());
        recorded.push({ path: url, sent: toJson(sent), answer: toJson(Buffer.concat(chunks)) });
        outgoing.end();
      });
      answer.on("error", () => outgoing.destroy());
    });
    forwarded.end(sent);
  }).listen(socketPath);
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await remove();
  });
  return { plane: attachControlPlane({ ...plane.data, engineSocket: socketPath }), recorded };
}
