import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GitRepository, TreeFile } from "./git-repository.ts";

/**
 * Writes files of a commit below a directory, at their paths in the repository, as the commit has them: without filters and
 * without the attributes of `git archive`. Submodules are left out.
 */
export async function exportFiles(
  repository: GitRepository,
  files: readonly TreeFile[],
  directory: string,
): Promise<void> {
  const own = files.filter(({ path, mode }) => mode !== "160000" && isSafe(path));
  if (own.length === 0) return;
  const contents = await repository.contents(own);
  const items = own.map((file, index) => ({ ...file, content: contents[index] ?? Buffer.alloc(0) }));
  // Links come last: nothing is written through them.
  for (const { path, mode, content } of items.sort((one, other) => one.mode.localeCompare(other.mode))) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    if (mode === "120000") await symlink(content.toString("utf8"), target);
    else await writeFile(target, content, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
}

function isSafe(path: string): boolean {
  return !path.split("/").some((part) => part === ".." || part === "." || part.toLowerCase() === ".git");
}
