import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root directory of this package: two levels up from both src/util and dist/util. */
export const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/** The version in this package's own package.json. */
export function readPackageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  return manifest.version;
}
