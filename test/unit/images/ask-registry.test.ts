import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { askRegistry } from "../../../src/images/ask-registry.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, host: string) => void;

/** A registry on this machine; resolves with its host and the requests that it got. */
async function startRegistry(handler: Handler): Promise<{ host: string; requests: string[] }> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, response, host);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { host, requests };
}

const answering = (status: number): Handler => {
  return (_request, response) => {
    response.writeHead(status).end();
  };
};

describe("a registry", () => {
  it("is asked for the manifest of a tag, or of the digest", async () => {
    const { host, requests } = await startRegistry(answering(200));
    expect(await askRegistry({ registry: host, repository: "a/b", tag: "1" })).toEqual({ exists: true });
    expect(await askRegistry({ registry: host, repository: "a/b" })).toEqual({ exists: true });
    const digest = `sha256:${"0".repeat(64)}`;
    expect(await askRegistry({ registry: host, repository: "a", tag: "1", digest })).toEqual({ exists: true });
    expect(requests).toEqual([
      "HEAD /v2/a/b/manifests/1",
      "HEAD /v2/a/b/manifests/latest",
      `HEAD /v2/a/manifests/${digest}`,
    ]);
  });

  it("that does not know the manifest says that the image does not exist", async () => {
    const { host } = await startRegistry(answering(404));
    expect(await askRegistry({ registry: host, repository: "a" })).toEqual({ exists: false });
  });

  it("that wants a token gives one to everybody", async () => {
    const { host, requests } = await startRegistry((request, response, own) => {
      if (request.url?.startsWith("/token") === true) {
        response.setHeader("content-type", "application/json").end(JSON.stringify({ token: "guest" }));
      } else if (request.headers.authorization === "Bearer guest") {
        response.writeHead(request.url?.endsWith("/1") === true ? 200 : 404).end();
      } else {
        const challenge = `Bearer realm="http://${own}/token",service="registry.test",scope="repository:a/b:pull"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      }
    });
    expect(await askRegistry({ registry: host, repository: "a/b", tag: "1" })).toEqual({ exists: true });
    expect(await askRegistry({ registry: host, repository: "a/b", tag: "2" })).toEqual({ exists: false });
    expect(requests.slice(0, 3)).toEqual([
      "HEAD /v2/a/b/manifests/1",
      "GET /token?service=registry.test&scope=repository%3Aa%2Fb%3Apull",
      "HEAD /v2/a/b/manifests/1",
    ]);
  });

  it.each([
    [401, "requires a login, or the image does not exist (HTTP 401)"],
    [403, "requires a login, or the image does not exist (HTTP 403)"],
    [429, "answers no more requests for now (HTTP 429)"],
    [500, "answered with HTTP 500"],
  ])("that answers with %i says nothing about the image", async (status, message) => {
    const { host } = await startRegistry(answering(status));
    expect(await askRegistry({ registry: host, repository: "a" })).toEqual({ registryError: `${host} ${message}` });
  });

  it("sends its token to no server without TLS on another machine", async () => {
    const { host, requests } = await startRegistry((_request, response) => {
      response.writeHead(401, { "www-authenticate": 'Bearer realm="http://registry.invalid/token"' }).end();
    });
    expect(await askRegistry({ registry: host, repository: "a" })).toEqual({
      registryError: expect.stringContaining("requires a login"),
    });
    expect(requests).toHaveLength(1);
  });

  it("that cannot be reached says nothing about the image", async () => {
    expect(await askRegistry({ registry: "127.0.0.1:1", repository: "a" })).toEqual({
      registryError: expect.stringMatching(/^127\.0\.0\.1:1 cannot be reached: .*(ECONNREFUSED|bad port)/),
    });
  });
});
