import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { readPacked } from "../../../scripts/release/pack.ts";
import { lockFilePackages, type ServedPackage } from "./lock-file-packages.ts";

/** A registry on loopback that package managers can install from and publish to. */
export interface LocalRegistry {
  /** Ends with a slash. */
  url: string;
  /** Adds a packed package. */
  add(path: string): Promise<void>;
  /** The names of the packages that were published, in their order. */
  published: string[];
  close(): Promise<void>;
}

/** The body of `npm publish`. */
interface Publication {
  name: string;
  versions: Record<string, ServedPackage["manifest"]>;
  _attachments: Record<string, { data: string }>;
}

/** Options of {@link startLocalRegistry}. */
export interface RegistryOptions {
  /** Whether it has the packages of this repository's lock file. @default true */
  hasDependencies?: boolean;
  /** Called for each publication; a package for which it returns `false` is accepted and not served. */
  isServed?: (name: string) => boolean;
}

/** Starts a registry whose packages are those of this repository's lock file and those that are added or published. */
export async function startLocalRegistry(options: RegistryOptions = {}): Promise<LocalRegistry> {
  const { hasDependencies = true, isServed = () => true } = options;
  const packages = new Map<string, ServedPackage[]>();
  const put = (served: ServedPackage) => {
    const { name } = served.manifest;
    packages.set(name, [...(packages.get(name) ?? []), served]);
  };
  if (hasDependencies) for (const served of lockFilePackages()) put(served);
  const published: string[] = [];
  let url = "";
  // Packed once, when a package is first asked for.
  const files = new Map<ServedPackage, Promise<Buffer>>();
  const fileOf = (served: ServedPackage) => {
    const file = files.get(served) ?? served.read();
    files.set(served, file);
    return file;
  };

  const describe = async (served: ServedPackage) => {
    const { name, version } = served.manifest;
    const tarball = `${url}${name}/-/${version}.tgz`;
    return { ...served.manifest, dist: { tarball, ...digests(await fileOf(served)) } };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent((request.url ?? "").slice(1).split("?")[0] ?? "");
    if (request.method === "PUT") {
      const { name, versions, _attachments } = JSON.parse(String(await buffer(request))) as Publication;
      const [file] = Object.values(_attachments);
      published.push(name);
      for (const manifest of isServed(name) ? Object.values(versions) : []) {
        put({ manifest, read: async () => Buffer.from(file?.data ?? "", "base64") });
      }
      return send(response, 201, { ok: true });
    }
    const [, name = path, wanted] = /^(.+)\/-\/(.+)\.tgz$/.exec(path) ?? [];
    const served = packages.get(name) ?? [];
    if (served.length === 0) return send(response, 404, { error: "Not found" });
    if (wanted !== undefined) {
      const found = served.find(({ manifest }) => manifest.version === wanted);
      if (found === undefined) return send(response, 404, { error: "Not found" });
      return void response.end(await fileOf(found));
    }
    const versions = await Promise.all(served.map(describe));
    const latest = versions.at(-1)?.version;
    return send(response, 200, {
      name,
      "dist-tags": { latest },
      versions: Object.fromEntries(versions.map((each) => [each.version, each])),
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { error: String(error) }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    published,
    add: async (path) => {
      const manifest = (await readPacked(path)) as ServedPackage["manifest"];
      put({ manifest, read: () => readFile(path) });
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function digests(file: Buffer): { integrity: string; shasum: string } {
  return {
    integrity: `sha512-${createHash("sha512").update(file).digest("base64")}`,
    shasum: createHash("sha1").update(file).digest("hex"),
  };
}

function send(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
}
