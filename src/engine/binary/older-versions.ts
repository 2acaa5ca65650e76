import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The file in the engine's module that replaces go.mod when the engine is built for an older version of Kubernetes. */
const modFileName = /^kubernetes-[\d.]+\.mod$/;

/** The versions of Kubernetes before its own that the engine in `sourceDir` can be built for, oldest first, such as `1.35.4`. */
export function listOlderVersions(sourceDir: string): string[] {
  return [...readModFiles(sourceDir).keys()].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}

/** The name of the file that replaces go.mod in a build for this version, or `undefined` when there is none. */
export function findModFile(sourceDir: string, version: string): string | undefined {
  return readModFiles(sourceDir).get(version);
}

function readModFiles(sourceDir: string): Map<string, string> {
  const files = listFiles(sourceDir).filter((name) => modFileName.test(name));
  return new Map(
    files.flatMap((name) => {
      const version = /^\s*(?:require\s+)?k8s\.io\/kubernetes v(\S+)/m.exec(
        readFileSync(join(sourceDir, name), "utf8"),
      )?.[1];
      return version === undefined ? [] : [[version, name] as const];
    }),
  );
}

// A package without sources has no such directory.
function listFiles(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
