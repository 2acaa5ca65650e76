import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { integrityOf, readPacked } from "./pack.ts";
import { packageNameOf, platforms } from "./platforms.ts";
import { readManifest } from "./repository.ts";

/** Options of {@link publishRelease}. */
export interface PublishOptions {
  /** The directory with the packed packages. */
  from: string;
  /** The tag of the release; it must be `v` and the version. */
  tag?: string | undefined;
  /** Ends with a slash. */
  registry: string;
  /** Whether npm attests where the packages were built. @default false */
  provenance?: boolean;
  /** How long the registry may take until it serves a package, in milliseconds. @default 600000 */
  servedWithinMs?: number;
  log: (line: string) => void;
}

const POLL_MS = 2000;

/**
 * Publishes the platform packages, waits until the registry serves each of them as it was packed, and then publishes seatrial. Rejects
 * before it publishes anything when a package is missing or has another version, and before seatrial when a platform package is not
 * served or differs.
 */
export async function publishRelease(options: PublishOptions): Promise<void> {
  const { from, tag, log } = options;
  const { name: main, version } = readManifest();
  if (tag !== undefined && tag !== `v${version}`)
    throw new Error(`the tag is ${tag}, and package.json has version ${version}`);
  const packed = await findPacked(from);
  const names = [...platforms.map(packageNameOf), main];
  for (const name of names) {
    const found = packed.get(name);
    if (found === undefined) throw new Error(`${name} is missing in ${from}`);
    if (found.version !== version) throw new Error(`${found.path} has version ${found.version}, expected ${version}`);
  }
  for (const [name, wanted] of Object.entries(packed.get(main)?.optionalDependencies ?? {})) {
    if (wanted !== version) throw new Error(`${main} asks for ${name}@${wanted}, expected ${version}`);
  }
  for (const name of names.slice(0, -1)) await publish(name, version, packed.get(name)?.path ?? "", options);
  for (const name of names.slice(0, -1)) {
    await waitUntilServed(name, version, packed.get(name)?.path ?? "", options);
    log(`${name}@${version} is served`);
  }
  await publish(main, version, packed.get(main)?.path ?? "", options);
  await waitUntilServed(main, version, packed.get(main)?.path ?? "", options);
  log(`${main}@${version} is served`);
}

interface Packed {
  path: string;
  version: string;
  optionalDependencies: Record<string, string> | undefined;
}

async function findPacked(directory: string): Promise<Map<string, Packed>> {
  const packed = new Map<string, Packed>();
  for (const file of (await readdir(directory)).filter((each) => each.endsWith(".tgz"))) {
    const path = join(directory, file);
    const { name, version, optionalDependencies } = await readPacked(path);
    if (packed.has(name)) throw new Error(`${directory} has several packages ${name}`);
    packed.set(name, { path, version, optionalDependencies });
  }
  return packed;
}

async function publish(name: string, version: string, path: string, options: PublishOptions): Promise<void> {
  const served = await findServed(name, version, options);
  if (served !== undefined) {
    await expectSame(name, version, path, served);
    options.log(`${name}@${version} was published before`);
    return;
  }
  const args = ["publish", path, "--ignore-scripts", "--access", "public", "--registry", options.registry];
  if (options.provenance === true) args.push("--provenance");
  await execa("npm", args, { stdin: "ignore" });
  options.log(`${name}@${version} is published`);
}

async function waitUntilServed(name: string, version: string, path: string, options: PublishOptions): Promise<void> {
  const { servedWithinMs = 600_000 } = options;
  const startedAt = performance.now();
  for (;;) {
    const served = await findServed(name, version, options);
    if (served !== undefined) return expectSame(name, version, path, served);
    if (performance.now() - startedAt > servedWithinMs) {
      throw new Error(`${name}@${version} is not served after ${Math.round(servedWithinMs / 1000)} s`);
    }
    await delay(Math.min(POLL_MS, servedWithinMs));
  }
}

async function expectSame(name: string, version: string, path: string, served: string): Promise<void> {
  const packed = await integrityOf(path);
  if (served !== packed)
    throw new Error(`the registry serves another ${name}@${version}: ${served}, ${path} has ${packed}`);
}

/** The integrity of the version that the registry serves; `undefined` when it serves none. */
async function findServed(name: string, version: string, { registry }: PublishOptions): Promise<string | undefined> {
  // As clients ask for it, and without what npm has in its cache.
  const url = `${registry}${name.replace("/", "%2f")}`;
  const response = await fetch(url, { cache: "no-store" });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const { versions } = (await response.json()) as { versions: Record<string, { dist: { integrity: string } }> };
  return versions[version]?.dist.integrity;
}
