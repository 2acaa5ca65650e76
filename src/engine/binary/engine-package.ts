import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EngineError } from "../../errors/engine-error.ts";
import { type BuildPaths, platformName } from "./build-paths.ts";

/** A file of a platform package, or the program in its archive. */
export interface PackagedFile {
  /** The file name. */
  file: string;
  bytes: number;
  /** Of the whole file, in hexadecimal digits. */
  sha256: string;
}

/** `engine.json` in a platform package. */
export interface EngineManifest {
  /** The version of seatrial that the engine belongs to: the package's own. */
  version: string;
  /** System and processor as Node names them, such as `linux-x64`. */
  platform: string;
  /** The program, compressed with zstd. */
  archive: PackagedFile;
  program: PackagedFile;
}

/** The platform package of this system, as it is installed. */
export interface EnginePackage {
  /** Such as `@seatrial/engine-linux-x64`. */
  name: string;
  /** The directory with `engine.json` and the archive. */
  directory: string;
  manifest: EngineManifest;
}

/** The result of {@link findEnginePackage}. */
export interface PackageSearch {
  found: EnginePackage | undefined;
  /** Why the package was not found, for people. */
  absence: string;
  /** How to install the package; `undefined` where there is none for this system, or seatrial's own manifest names none. */
  hint: string | undefined;
}

const prefix = "@seatrial/engine-";
/** The name of the package with the engine for this system. */
export const platformPackage = `${prefix}${platformName}`;

/**
 * Finds the platform package as Node would, from the manifest of seatrial itself, which names it in `optionalDependencies` when it
 * is published. Rejects with `SEATRIAL_ENGINE_PACKAGE` for a package of another version or system, or without a readable manifest.
 */
export async function findEnginePackage({ manifestPath, version }: BuildPaths): Promise<PackageSearch> {
  const require = createRequire(manifestPath);
  const directory = locate(require, platformPackage);
  if (directory === undefined) return describeAbsence(require, await readPublished(manifestPath), version);
  const installed = await readJson<{ version: string }>(platformPackage, directory, "package.json");
  check(directory, "version", version, installed.version);
  const manifest = await readJson<EngineManifest>(platformPackage, directory, "engine.json");
  check(directory, "engine.json: version", version, manifest.version);
  check(directory, "engine.json: platform", platformName, manifest.platform);
  for (const file of [manifest.archive, manifest.program]) {
    const isComplete =
      typeof file?.file === "string" && Number.isSafeInteger(file.bytes) && /^[0-9a-f]{64}$/.test(file.sha256);
    if (!isComplete)
      throw packageError(platformPackage, directory, "engine.json names no file with its size and SHA-256");
  }
  return { found: { name: platformPackage, directory, manifest }, absence: "", hint: undefined };
}

/** `SEATRIAL_ENGINE_PACKAGE` for a package, with what is wrong with it. */
export function packageError(name: string, directory: string, problem: string, cause?: unknown): EngineError {
  return new EngineError("SEATRIAL_ENGINE_PACKAGE", `The package ${name} cannot be used: ${problem}\n  ${directory}`, {
    hint: `delete this directory and install again; both packages must have the same version`,
    cause,
  });
}

function check(directory: string, what: string, expected: string, actual: unknown): void {
  if (actual === expected) return;
  const found = typeof actual === "string" ? actual : "nothing";
  throw packageError(platformPackage, directory, `${what}: expected ${expected}, found ${found}`);
}

async function readJson<Content>(name: string, directory: string, file: string): Promise<Content> {
  try {
    const content: unknown = JSON.parse(await readFile(join(directory, file), "utf8"));
    if (typeof content === "object" && content !== null) return content as Content;
  } catch (error) {
    throw packageError(name, directory, `${file} cannot be read: ${(error as Error).message}`, error);
  }
  throw packageError(name, directory, `${file} is not an object`);
}

function locate(require: NodeJS.Require, name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** The platform packages that the published manifest of seatrial names. */
async function readPublished(manifestPath: string): Promise<string[]> {
  const text = await readFile(manifestPath, "utf8").catch(() => "{}");
  const { optionalDependencies = {} } = JSON.parse(text) as { optionalDependencies?: Record<string, string> };
  return Object.keys(optionalDependencies).filter((name) => name.startsWith(prefix));
}

function describeAbsence(require: NodeJS.Require, published: string[], version: string): PackageSearch {
  const search = { found: undefined, hint: undefined };
  if (published.length === 0) return { ...search, absence: "not installed" };
  if (!published.includes(platformPackage)) {
    const systems = published.map((name) => name.slice(prefix.length)).join(", ");
    return { ...search, absence: `does not exist; there are packages for ${systems}` };
  }
  const others = published.filter((name) => locate(require, name) !== undefined);
  const wanted = `${platformPackage}@${version}`;
  if (others.length > 0) {
    return {
      found: undefined,
      absence: `not installed, but ${others.join(", ")} is: the packages were installed on another system`,
      hint: `install again on this system, or add the package: \`npm install --no-save --force ${wanted}\``,
    };
  }
  return {
    found: undefined,
    absence: `not installed; seatrial ${version} needs version ${version} of it`,
    hint: `install ${wanted}; an installation without optional packages leaves it out, and so does a lock file that was written on another system`,
  };
}
