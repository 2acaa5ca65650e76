import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
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
  const contents = readBatch(
    await repository.read(["cat-file", "--batch"], { input: own.map(({ id }) => `${id}\n`).join("") }),
  );
  const items = own.map((file, index) => ({ ...file, content: contents[index] ?? Buffer.alloc(0) }));
  // Links come last: nothing is written through them.
  for (const { path, mode, content } of items.sort((one, other) => one.mode.localeCompare(other.mode))) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    if (mode === "120000") await symlink(content.toString("utf8"), target);
    else await writeFile(target, content, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
}

// `<id> blob <size>\n<content>\n` for each.
function readBatch(output: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (let offset = 0; offset < output.length; ) {
    const end = output.indexOf(10, offset);
    const header = output.toString("utf8", offset, end);
    const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1] ?? Number.NaN);
    if (Number.isNaN(size)) {
      throw new UsageError(`git does not have the content of a file: ${header}`, {
        hint: "the clone is partial: fetch the missing objects first, with `git checkout` of the commit",
      });
    }
    contents.push(output.subarray(end + 1, end + 1 + size));
    offset = end + 1 + size + 1;
  }
  return contents;
}

function isSafe(path: string): boolean {
  return !path.split("/").some((part) => part === ".." || part === "." || part.toLowerCase() === ".git");
}
