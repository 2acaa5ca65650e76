import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The absolute path of a file or directory of this repository; without an argument its root, which ends with a slash. */
export function repositoryPath(path = ""): string {
  return root + path;
}
