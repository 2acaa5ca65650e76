import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as K3s from "@testcontainers/k3s";
import type * as Testcontainers from "testcontainers";
import { SeatrialError } from "../../errors/seatrial-error.ts";

/** The packages of the provider. */
export interface LoadedTestcontainers {
  k3s: typeof K3s;
  testcontainers: typeof Testcontainers;
  /** The path of the entry point of `testcontainers`. */
  path: string;
}

interface Manifest {
  name: string;
  version: string;
  engines?: { node?: string };
}

const MIN_MAJOR = 12;
const hint = `install them: npm install --save-dev @testcontainers/k3s@${MIN_MAJOR} testcontainers@${MIN_MAJOR}`;

/** Where the packages are installed. */
export interface FoundTestcontainers {
  k3sPath: string;
  path: string;
  /** Of testcontainers. */
  version: string;
}

/**
 * Finds the optional peer dependencies without loading them. Throws `SEATRIAL_PROVIDER` when they are not installed, too old, or
 * need a newer Node.
 */
export function findTestcontainers(): FoundTestcontainers {
  // A seatrial that is installed elsewhere, such as by npx, uses the packages of the project.
  const bases = [import.meta.url, join(process.cwd(), "package.json")];
  const k3sPath = resolveFrom(bases, "@testcontainers/k3s");
  // Its own copy: with another one, settings of this process would be seen by one of the two only.
  const path = k3sPath === undefined ? undefined : resolveFrom([k3sPath], "testcontainers");
  if (k3sPath === undefined || path === undefined) {
    const missing = k3sPath === undefined ? "@testcontainers/k3s" : "testcontainers";
    throw toError(`The provider container requires the package ${missing}, which is not installed`, { hint });
  }
  const { version, engines } = readManifest(path, "testcontainers");
  if (Number.parseInt(version, 10) < MIN_MAJOR) {
    throw toError(`The provider container requires testcontainers ${MIN_MAJOR}, and ${version} is installed`, { hint });
  }
  const node = engines?.node ?? "";
  if (isOlderThan(process.versions.node, node)) {
    throw toError(`testcontainers ${version} requires Node ${node}, and this is Node ${process.versions.node}`, {
      hint: "use a newer Node for the provider container",
    });
  }
  return { k3sPath, path, version };
}

/** Loads the packages that {@link findTestcontainers} finds, which takes a second. Rejects with `SEATRIAL_PROVIDER`. */
export async function loadTestcontainers(): Promise<LoadedTestcontainers> {
  const { k3sPath, path, version } = findTestcontainers();
  try {
    const [k3s, testcontainers] = await Promise.all([k3sPath, path].map((each) => import(pathToFileURL(each).href)));
    return { k3s: k3s as typeof K3s, testcontainers: testcontainers as typeof Testcontainers, path };
  } catch (cause) {
    throw toError(`testcontainers ${version} cannot be loaded: ${(cause as Error).message}`, { hint, cause });
  }
}

function toError(message: string, options: { hint: string; cause?: unknown }): SeatrialError {
  return new SeatrialError("SEATRIAL_PROVIDER", message, options);
}

function resolveFrom(bases: readonly string[], name: string): string | undefined {
  for (const base of bases) {
    try {
      return createRequire(base).resolve(name);
    } catch {
      // The next base may have it.
    }
  }
  return undefined;
}

function readManifest(path: string, name: string): Manifest {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    try {
      const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
      if (manifest.name === name) return manifest;
    } catch (error) {
      if (directory === dirname(directory)) throw error;
    }
  }
}

/** Whether a version is older than a range such as `>= 22.22`; other kinds of ranges are not checked. */
function isOlderThan(version: string, range: string): boolean {
  const least = /^>=\s*(\d+(?:\.\d+){0,2})$/.exec(range.trim())?.[1];
  if (least === undefined) return false;
  const [have, need] = [version, least].map((text) => text.split(".").map(Number));
  const difference = [0, 1, 2].map((part) => (have?.[part] ?? 0) - (need?.[part] ?? 0)).find((each) => each !== 0);
  return difference !== undefined && difference < 0;
}
