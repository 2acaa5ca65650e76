import { readlink, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { makeDir } from "../util/make-dir.ts";
import { draftOf } from "../util/write-file-atomic.ts";
import type { StatePaths } from "./state-directory.ts";

/** Programs that are kubectl and helm: links to an engine, which acts by the name under which it is started. */
export interface ToolLinks {
  kubectl: string;
  helm: string;
}

/** Where the links are; they may not exist. */
export function toolLinks({ directory }: Pick<StatePaths, "directory">): ToolLinks {
  const extension = process.platform === "win32" ? ".exe" : "";
  const path = (tool: string) => join(directory, "bin", `${tool}${extension}`);
  return { kubectl: path("kubectl"), helm: path("helm") };
}

/** Points both links to the engine. The state directory must exist. */
export async function linkTools(paths: Pick<StatePaths, "directory">, enginePath: string): Promise<ToolLinks> {
  const links = toolLinks(paths);
  await makeDir(join(paths.directory, "bin"));
  for (const path of Object.values(links) as string[]) {
    if ((await readlink(path).catch(() => undefined)) === enginePath) continue;
    const draft = draftOf(path);
    await symlink(enginePath, draft);
    await rename(draft, path);
  }
  return links;
}
