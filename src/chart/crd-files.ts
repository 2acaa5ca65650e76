import { type ManifestFile, readManifestFiles } from "./manifest-files.ts";

/** A CustomResourceDefinition and the file that it was read from. */
export type CrdFile = ManifestFile;

/**
 * The CustomResourceDefinitions in files, in all `.yaml`, `.yml` and `.json` files below directories, and in files that
 * globs match; objects of other kinds are left out. Rejects with `SEATRIAL_USAGE` when a path has none or is unreadable.
 */
export function readCrdFiles(paths: readonly string[], { cwd }: { cwd?: string } = {}): Promise<CrdFile[]> {
  return readManifestFiles(paths, { kind: "CustomResourceDefinition", plural: "CRDs", cwd });
}
