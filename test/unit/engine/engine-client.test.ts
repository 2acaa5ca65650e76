import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EngineClient } from "../../../src/engine/engine-client.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { answering, engineClientOf } from "../../helpers/engine/engine-service.ts";

describe("EngineClient", () => {
  it("posts the request as JSON and resolves with the answer", async () => {
    const seen: unknown[] = [];
    const client = await engineClientOf(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push(request.method, request.url, JSON.parse(Buffer.concat(chunks).toString()));
      response.end(JSON.stringify({ ids: ["1"] }));
    });
    expect(await client.ask("simulation/apply", { namespace: "web" })).toEqual({ ids: ["1"] });
    expect(seen).toEqual(["POST", "/v1/simulation/apply", { namespace: "web" }]);
  });

  it("gets what needs no request", async () => {
    const client = await engineClientOf((request, response) =>
      response.end(JSON.stringify({ seen: `${request.method} ${request.url}` })),
    );
    expect(await client.info()).toEqual({ seen: "GET /v1/info" });
  });

  it.each([
    ["request", "SEATRIAL_USAGE", "simulation apply failed: a rule names no effect"],
    ["internal", "SEATRIAL_ENGINE_SERVICE", "simulation apply failed: a rule names no effect"],
  ])("rejects with the message of an answer with the code %s", async (code, expected, message) => {
    const client = await engineClientOf(answering(400, { error: { code, message: "a rule names no effect" } }));
    await expect(client.ask("simulation/apply", {})).rejects.toMatchObject({ code: expected, message });
  });

  it("reports an answer that is not JSON", async () => {
    const client = await engineClientOf((_request, response) => response.writeHead(502).end("bad gateway"));
    await expect(client.ask("status", {})).rejects.toMatchObject({
      code: "SEATRIAL_ENGINE_SERVICE",
      message: "The engine's answer to /v1/status is not JSON",
    });
  });

  it("rejects when the connection breaks before and within the answer", async () => {
    const cut = await engineClientOf((request) => request.socket.destroy());
    await expect(cut.ask("status", {})).rejects.toMatchObject({
      code: "SEATRIAL_ENGINE_SERVICE",
      message: "The engine cannot be reached: socket hang up",
    });
    const half = await engineClientOf((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write('{"release":');
      setImmediate(() => response.socket?.destroy());
    });
    await expect(half.ask("status", {})).rejects.toMatchObject({ code: "SEATRIAL_ENGINE_SERVICE" });
  });

  it("rejects with what explains the broken connection", async () => {
    const ended = new Error("the engine has ended");
    const client = await engineClientOf(
      (request) => request.socket.destroy(),
      async () => ended,
    );
    await expect(client.ask("status", {})).rejects.toBe(ended);
  });

  it("cancels a call by closing its connection", async () => {
    const controller = new AbortController();
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const client = await engineClientOf((request) => {
      request.socket.once("close", resolve);
      controller.abort(new Error("enough"));
    });
    await expect(client.ask("install", {}, { signal: controller.signal })).rejects.toMatchObject({
      code: "SEATRIAL_CANCELLED",
      cause: new Error("enough"),
    });
    await closed;
  });

  it("keeps a lock for as long as its connection is open", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const client = await engineClientOf((request, response) => {
      request.socket.once("close", resolve);
      response.writeHead(200).write('{"locked":true}\n');
    });
    const lock = await client.lock("one");
    await lock.unlock();
    await closed;
    await lock.unlock();
  });

  it("rejects when the engine ends while a lock is waited for", async () => {
    const client = await engineClientOf((request, response) => {
      response.writeHead(200).flushHeaders();
      setImmediate(() => request.socket.destroy());
    });
    await expect(client.lock("one")).rejects.toMatchObject({ code: "SEATRIAL_ENGINE_SERVICE" });
  });

  it("reads the lines of a stream until it is closed", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const client = await engineClientOf((request, response) => {
      request.socket.once("close", resolve);
      response.writeHead(200).write('{"id":1}\n{"call":1}\n');
    });
    const { first, lines, close } = await client.stream("webhook/simulate", {});
    expect(first).toEqual({ id: 1 });
    expect(await lines.next()).toEqual({ value: { call: 1 }, done: false });
    close();
    expect((await lines.next()).done).toBe(true);
    await closed;
  });

  it("rejects a stream that the engine does not accept", async () => {
    const client = await engineClientOf(answering(400, { error: { code: "request", message: "no namespace" } }));
    await expect(client.stream("webhook/simulate", {})).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: "webhook simulate failed: no namespace",
    });
  });

  it("finds no engine behind a socket that does not exist", async () => {
    const { path, remove } = await makeTempDir();
    onTestFinished(remove);
    expect(await new EngineClient({ socketPath: join(path, "engine.sock") }).findInfo()).toBeUndefined();
  });

  it("rejects when a process listens and does not answer in time", async () => {
    const client = await engineClientOf(() => undefined);
    await expect(client.findInfo(50)).rejects.toMatchObject({
      code: "SEATRIAL_ENGINE_SERVICE",
      message: expect.stringContaining("engine.sock does not answer: no answer within 50 ms"),
    });
  });
});
