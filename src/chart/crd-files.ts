import { readFile, stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import fastGlob from "fast-glob";
import { ChartError } from "../errors/chart-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { parseManifest } from "./manifest.ts";

/** A CustomResourceDefinition and the file that it was read from. */
export interface CrdFile {
  /** Absolute. */
  file: string;
  object: KubeObject;
}

const CRD = "CustomResourceDefinition";
const MANIFESTS = "**/*.{yaml,yml,json}";

/**
 * The CustomResourceDefinitions in files, in all `.yaml`, `.yml` and `.json` files below folders, and in what globs
 * match; objects of other kinds are left out. Rejects with `SEATRIAL_USAGE` when a path has none or cannot be read.
 */
export async function readCrdFiles(paths: readonly string[], { cwd = "." }: { cwd?: string } = {}): Promise<CrdFile[]> {
  const found = new Map<string, CrdFile[]>();
  for (const path of paths) {
    const files = await filesOf(path, resolve(cwd));
    const crds = await Promise.all(files.map(readCrds));
    if (crds.flat().length === 0) throw noCrds(path, files.length);
    for (const [index, file] of files.entries()) found.set(file, crds[index] ?? []);
  }
  return [...found.values()].flat();
}

async function filesOf(path: string, cwd: string): Promise<string[]> {
  const options = { cwd, absolute: true, ignore: ["**/node_modules/**"], followSymbolicLinks: false };
  if (fastGlob.isDynamicPattern(path)) return (await fastGlob(path, options)).sort();
  const absolute = resolve(cwd, path);
  const stats = await stat(absolute).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The CRDs at ${path} cannot be read: ${error.code ?? error.message}`, {
      hint: `relative paths begin at the working directory, ${cwd}`,
      cause: error,
    });
  });
  return stats.isDirectory() ? (await fastGlob(MANIFESTS, { ...options, cwd: absolute })).sort() : [absolute];
}

async function readCrds(file: string): Promise<CrdFile[]> {
  const shown = relative(".", file);
  try {
    const documents = parseManifest(await readFile(file, "utf8"), shown);
    return documents.filter(({ object }) => object.kind === CRD).map(({ object }) => ({ file, object }));
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    throw new UsageError(`The CRDs in ${shown} cannot be read: ${error.message}`, { cause: error });
  }
}

function noCrds(path: string, filesCount: number): UsageError {
  const looked = filesCount === 1 ? "1 file was read" : `${filesCount} files were read`;
  return new UsageError(`No ${CRD} was found at ${path}: ${looked}`, {
    hint: "name YAML or JSON files, folders that contain them, or globs",
  });
}
