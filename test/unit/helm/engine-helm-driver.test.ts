import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EngineHelmDriver } from "../../../src/helm/engine-helm-driver.ts";
import type { HelmError } from "../../../src/helm/helm-error.ts";
import type { ExplainFailure } from "../../../src/helm/socket-client.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

/** A driver whose service answers as the listener does. */
async function driverOf(listener: RequestListener, explain?: ExplainFailure): Promise<EngineHelmDriver> {
  const { path, remove } = await makeTempDir();
  const socketPath = join(path, "engine.sock");
  const server = createServer(listener).listen(socketPath);
  await once(server, "listening");
  const driver = new EngineHelmDriver({ socketPath, explain });
  onTestFinished(async () => {
    driver.close();
    server.closeAllConnections();
    server.close();
    await remove();
  });
  return driver;
}

const answering =
  (statusCode: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(statusCode, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

const release = { namespace: "web", releaseName: "web" };

describe("EngineHelmDriver", () => {
  it("posts the request as JSON and resolves with the answer", async () => {
    const seen: unknown[] = [];
    const driver = await driverOf(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push(request.method, request.url, JSON.parse(Buffer.concat(chunks).toString()));
      response.end(JSON.stringify({ releases: [{ revision: 1 }] }));
    });
    expect(await driver.history({ ...release, max: 3 })).toEqual([{ revision: 1 }]);
    expect(seen).toEqual(["POST", "/v1/history", { ...release, max: 3 }]);
  });

  it("rejects with the structured error that Helm's service gives", async () => {
    const body = { code: "template", message: "required", file: "web/templates/a.yaml", line: 3, column: 5 };
    const driver = await driverOf(answering(422, { error: body, hooks: [] }));
    const error = await driver.template({ chart: "/web" }).catch((caught: HelmError) => caught);
    expect(error).toMatchObject({ name: "HelmError", code: "SEATRIAL_TEMPLATE", helmCode: "template", line: 3 });
    expect(error).toMatchObject({ file: "web/templates/a.yaml", answer: { hooks: [] } });
    expect((error as HelmError).message).toBe("helm template failed (web/templates/a.yaml:3:5): required");
  });

  it("tells an answer without a structured error", async () => {
    const driver = await driverOf((_request, response) => response.writeHead(502).end("bad gateway"));
    await expect(driver.status(release)).rejects.toMatchObject({
      code: "SEATRIAL_ENGINE_SERVICE",
      message: "The engine answered /v1/status with no JSON",
    });
  });

  it("rejects when the connection breaks before and within the answer", async () => {
    const cut = await driverOf((request) => request.socket.destroy());
    await expect(cut.status(release)).rejects.toMatchObject({
      code: "SEATRIAL_ENGINE_SERVICE",
      message: "The engine cannot be reached: socket hang up",
    });
    const half = await driverOf((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write('{"release":');
      setImmediate(() => response.socket?.destroy());
    });
    await expect(half.status(release)).rejects.toMatchObject({ code: "SEATRIAL_ENGINE_SERVICE" });
  });

  it("rejects with what explains the broken connection", async () => {
    const ended = new Error("the engine has ended");
    const driver = await driverOf(
      (request) => request.socket.destroy(),
      async () => ended,
    );
    await expect(driver.status(release)).rejects.toBe(ended);
  });

  it("cancels a call by closing its connection", async () => {
    const controller = new AbortController();
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const driver = await driverOf((request) => {
      request.socket.once("close", resolve);
      controller.abort(new Error("enough"));
    });
    await expect(driver.install({ chart: "/web" }, { signal: controller.signal })).rejects.toMatchObject({
      code: "SEATRIAL_CANCELLED",
      cause: new Error("enough"),
    });
    await closed;
  });

  it("holds a lock for as long as its connection is open", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const driver = await driverOf((request, response) => {
      request.socket.once("close", resolve);
      response.writeHead(200).write('{"locked":true}\n');
    });
    const lock = await driver.lock("one");
    await lock.release();
    await closed;
    await lock.release();
  });

  it("rejects when the engine ends while a lock is waited for", async () => {
    const driver = await driverOf((request, response) => {
      response.writeHead(200).flushHeaders();
      setImmediate(() => request.socket.destroy());
    });
    await expect(driver.lock("one")).rejects.toMatchObject({ code: "SEATRIAL_ENGINE_SERVICE" });
  });
});
