import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { ChartError } from "../errors/chart-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { parseManifest } from "./manifest.ts";

/** An object and the file that it was read from. */
export interface ManifestFile {
  /** Absolute. */
  file: string;
  object: KubeObject;
}

/** What to look for in files. */
export interface WantedKind {
  /** Objects of other kinds are left out. @default every kind */
  kind?: string | undefined;
  /** For messages: `CRDs`. */
  plural: string;
  /** Where relative paths start. @default the working directory */
  cwd?: string | undefined;
  /** Rejects for a file that must not be read, whose text must not come into a message. @default every file is read */
  check?: ((file: string) => Promise<void>) | undefined;
}

const MANIFEST = /^[^.].*\.(?:yaml|yml|json)$/s;

/**
 * The objects of a kind in files, in all `.yaml`, `.yml` and `.json` files below directories, and in files that globs match.
 * A file is read once, however often it is named. Rejects with `SEATRIAL_USAGE` when a path has none or is unreadable.
 */
export async function readManifestFiles(paths: readonly string[], wanted: WantedKind): Promise<ManifestFile[]> {
  const found = new Map<string, ManifestFile[]>();
  for (const path of paths) {
    if (path === "") throw new UsageError(`A path of the ${wanted.plural} is empty`);
    const files = await filesOf(path, resolve(wanted.cwd ?? "."), wanted);
    for (const file of files) await wanted.check?.(file);
    const objects = await Promise.all(files.map((file) => readObjects(file, wanted)));
    if (objects.flat().length === 0) throw noObjects(path, files.length, wanted);
    for (const [index, file] of files.entries()) found.set(file, objects[index] ?? []);
  }
  return [...found.values()].flat();
}

async function filesOf(path: string, cwd: string, { plural }: WantedKind): Promise<string[]> {
  const { default: fastGlob } = await import("fast-glob");
  const options = { cwd, absolute: true, ignore: ["**/node_modules/**"], followSymbolicLinks: false };
  if (fastGlob.isDynamicPattern(path)) return (await fastGlob(path, options)).sort();
  const absolute = resolve(cwd, path);
  const stats = await stat(absolute).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The ${plural} at ${path} cannot be read: ${error.code ?? error.message}`, {
      hint: `relative paths start at the working directory, ${cwd}`,
      cause: error,
    });
  });
  return stats.isDirectory() ? (await filesInside(absolute)).sort() : [absolute];
}

// No glob: the library reads a backslash in a name as a slash, and `**` matches no line break.
async function filesInside(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const inner = entries.map(async (entry) => {
    const path = join(directory, entry.name);
    if (entry.isFile()) return MANIFEST.test(entry.name) ? [path] : [];
    const isSearched = entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith(".");
    return isSearched ? filesInside(path) : [];
  });
  return (await Promise.all(inner)).flat();
}

async function readObjects(file: string, { kind, plural }: WantedKind): Promise<ManifestFile[]> {
  const shown = relative(".", file);
  try {
    const documents = parseManifest(await readFile(file, "utf8"), shown);
    const wanted = documents.filter(({ object }) => kind === undefined || object.kind === kind);
    const faulty = kind === undefined ? wanted.find(({ problem }) => problem !== undefined) : undefined;
    if (faulty !== undefined) {
      throw new UsageError(
        `The ${plural} in ${shown} cannot be read: the document at line ${faulty.line}: ${faulty.problem}`,
      );
    }
    return wanted.map(({ object }) => ({ file, object }));
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    throw new UsageError(`The ${plural} in ${shown} cannot be read: ${error.message}`, { cause: error });
  }
}

function noObjects(path: string, filesCount: number, { kind = "Kubernetes object" }: WantedKind): UsageError {
  const read = filesCount === 1 ? "1 file was read" : `${filesCount} files were read`;
  return new UsageError(`No ${kind} was found at ${path}: ${read}`, {
    hint: "name YAML or JSON files, directories that contain them, or globs",
  });
}
