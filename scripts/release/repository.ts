import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root of this repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** What the release reads from package.json, the only file with the version. */
export interface Manifest {
  name: string;
  version: string;
  license: string;
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
}

/** package.json of the package at `directory`. */
export function readManifest(directory = root): Manifest {
  return JSON.parse(readFileSync(`${directory}/package.json`, "utf8")) as Manifest;
}
