import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import type { Machine } from "../machine.ts";
import { within } from "../within.ts";

/** Listens on a free port of 127.0.0.1 and connects to it, as the API server and its clients do. */
export async function probeLoopback({ timeoutMs }: Machine): Promise<{ problem: string | null }> {
  return { problem: await within(timeoutMs, tryLoopback(), (problem) => problem) };
}

async function tryLoopback(): Promise<string | null> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(0, "127.0.0.1").unref();
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    client.unref();
    await once(client, "connect");
    client.destroy();
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    server.close();
  }
}
