import { readdir, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { removeOwn } from "../process/remove-own.ts";
import type { StatePaths } from "./state-directory.ts";

const directories = ["bin", "helm", "kube-cache"];

/** Removes what seatrial and the tools keep next to the state file, except the lock, which the caller has. */
export async function clearStateDirectory(paths: StatePaths): Promise<void> {
  const files = [paths.logFile, paths.startFile, paths.startLog].map((path) => basename(path));
  const own = new Set([...files, ...directories]);
  for (const name of await readdir(paths.directory).catch(() => [])) {
    if (own.has(name)) await removeOwn(join(paths.directory, name));
  }
}

/** Removes the directory unless somebody else keeps files in it or uses it again. */
export async function removeStateDirectory({ directory }: StatePaths): Promise<void> {
  await rmdir(directory).catch(() => undefined);
}
