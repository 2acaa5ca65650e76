import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

/** A packaged chart. */
export interface ChartArchive {
  name: string;
  version: string;
  bytes: Buffer;
}

/** Packs the directory of a chart. */
export async function packChart(directory: string, version: string): Promise<ChartArchive> {
  const { path, remove } = await makeTempDir("seatrial-charts-");
  onTestFinished(remove);
  const name = basename(directory);
  const file = join(path, `${name}-${version}.tgz`);
  await execa("tar", ["-czf", file, "-C", dirname(directory), name]);
  return { name, version, bytes: await readFile(file) };
}

/** Serves a chart repository (`index.yaml` and archives) on loopback until the test ends. Resolves with its URL. */
export function serveRepository({ name, version, bytes }: ChartArchive, login?: string): Promise<string> {
  const entry = { apiVersion: "v2", name, version, urls: [`${name}-${version}.tgz`] };
  const index = JSON.stringify({ apiVersion: "v1", entries: { [name]: [entry] } });
  const files: Record<string, Buffer> = {
    "/charts/index.yaml": Buffer.from(index),
    [`/charts/${name}-${version}.tgz`]: bytes,
  };
  return serve(({ url = "", headers }, response) => {
    if (!isLoggedIn(headers.authorization, login)) return void response.writeHead(401).end("unauthorized");
    const file = files[url];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  }).then((host) => `http://${host}/charts`);
}

/** Serves an OCI registry with the chart as `charts/<name>` on loopback until the test ends. Resolves with its host and port. */
export function serveRegistry({ name, version, bytes }: ChartArchive, login?: string): Promise<string> {
  const config = Buffer.from(JSON.stringify({ apiVersion: "v2", name, version }));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: describeBlob("application/vnd.cncf.helm.config.v1+json", config),
      layers: [describeBlob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", bytes)],
    }),
  );
  const contents = new Map([config, bytes, manifest].map((content) => [digestOf(content), content]));
  return serve(({ url = "", headers, method }, response) => {
    if (!isLoggedIn(headers.authorization, login)) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
      return;
    }
    if (url === "/v2/") return void response.writeHead(200).end("{}");
    if (url.startsWith(`/v2/charts/${name}/tags/list`)) {
      return void response.writeHead(200).end(JSON.stringify({ name: `charts/${name}`, tags: [version] }));
    }
    const [, chart, kind, reference = ""] = /^\/v2\/charts\/([^/]+)\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const named = kind === "manifests" && reference === version ? manifest : contents.get(reference);
    const content = chart === name ? named : undefined;
    if (content === undefined) return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    const type = content === manifest ? MANIFEST : "application/octet-stream";
    const more = { "content-type": type, "content-length": content.length, "docker-content-digest": digestOf(content) };
    response.writeHead(200, more).end(method === "HEAD" ? undefined : content);
  });
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

function isLoggedIn(authorization: string | undefined, login: string | undefined): boolean {
  return login === undefined || authorization === `Basic ${Buffer.from(login).toString("base64")}`;
}

function describeBlob(mediaType: string, content: Buffer) {
  return { mediaType, digest: digestOf(content), size: content.length };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
