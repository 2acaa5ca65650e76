import { copyFile, stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { type GitAnswer, type GitInput, runGit } from "../process/run-git.ts";
import { makeTempDir } from "../process/temp-dir.ts";

/** A file in a commit. */
export interface TreeFile {
  /** Relative to the repository's root. */
  path: string;
  /** `100644`, `100755` for a program, `120000` for a symbolic link, `160000` for a submodule. */
  mode: string;
  id: string;
}

/** A repository whose objects are read; neither its work tree nor its index is changed, and nothing is fetched. */
export class GitRepository {
  /** The root of the work tree, absolute. */
  readonly root: string;
  readonly #loaded = new Map<string, Buffer>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * The repository that a directory is in; `undefined` when it is in none. Rejects with `SEATRIAL_USAGE` without git; `what`
   * begins the message.
   */
  static async open(directory: string, what = "--since"): Promise<GitRepository | undefined> {
    const answer = await runGit(directory, ["rev-parse", "--show-toplevel"]);
    if (answer === undefined) {
      throw new UsageError(`${what} needs git, and there is no \`git\` on PATH`, {
        hint: "install git, or give the previous version by its path",
      });
    }
    if (answer.exitCode === 0) return new GitRepository(text(answer));
    if (/not a git repository/.test(answer.stderr)) return undefined;
    throw new UsageError(`git cannot read the repository of ${directory}: ${answer.stderr}`);
  }

  /** Git's answer; rejects with `SEATRIAL_USAGE` when it fails. */
  async read(args: readonly string[], given: GitInput = {}): Promise<Buffer> {
    const answer = await this.try(args, given);
    if (answer.exitCode === 0) return answer.stdout;
    throw new UsageError(`\`git ${args[0]}\` failed in ${this.root}: ${answer.stderr}`);
  }

  /** Git's answer, whatever its exit code is. */
  async try(args: readonly string[], given: GitInput = {}): Promise<GitAnswer> {
    return (await runGit(this.root, args, given)) ?? { exitCode: 127, stdout: Buffer.alloc(0), stderr: "git has gone" };
  }

  /** The files of a commit at or below these paths; all without paths. */
  async files(commit: string, paths: readonly string[] = []): Promise<TreeFile[]> {
    const listed = await this.read(["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...paths]);
    return entries(listed).map((line) => {
      const [, mode = "", id = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return { path, mode, id };
    });
  }

  /**
   * The contents of files of a commit, in order, by one call of git for those that are not loaded. Rejects with
   * `SEATRIAL_USAGE` when a partial clone lacks one.
   */
  async contents(files: readonly TreeFile[]): Promise<Buffer[]> {
    const ids = [...new Set(files.map(({ id }) => id))].filter((id) => !this.#loaded.has(id));
    const read =
      ids.length === 0 ? [] : toContents(await this.read(["cat-file", "--batch"], { input: `${ids.join("\n")}\n` }));
    const found = new Map(ids.map((id, index) => [id, read[index]]));
    return files.map(({ id }) => found.get(id) ?? this.#loaded.get(id) ?? Buffer.alloc(0));
  }

  /** Reads contents in advance: a call of git for many files is as fast as a call for one. */
  async loadContents(files: readonly TreeFile[]): Promise<void> {
    const contents = await this.contents(files);
    for (const [index, { id }] of files.entries()) this.#loaded.set(id, contents[index] as Buffer);
  }

  /** Frees the memory of the contents that were read in advance. */
  unloadContents(): void {
    this.#loaded.clear();
  }

  /** The files at or below these paths that differ between a commit and the work tree, also files that git does not track. */
  async changedFiles(commit: string, paths: readonly string[]): Promise<string[]> {
    const how = ["--name-only", "-z", "--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules"];
    await using directory = await makeTempDir("seatrial-git-");
    // `git diff` writes the times of files into the index, whatever GIT_OPTIONAL_LOCKS says.
    const indexFile = join(directory.path, "index");
    await this.#copyIndex(indexFile);
    const differing = await this.read(["diff", ...how, commit, "--", ...paths], { indexFile });
    const untracked = await this.read(["ls-files", "-z", "--others", "--exclude-standard", "--", ...paths]);
    return [...new Set([...entries(differing), ...entries(untracked)])].sort();
  }

  /** A repository without an index, as after `git init`, has no copy either: git reads both as an empty index. */
  async #copyIndex(to: string): Promise<void> {
    const index = resolve(this.root, text({ stdout: await this.read(["rev-parse", "--git-path", "index"]) }));
    try {
      await copyFile(index, to);
      // Git reads files that are not older than the index; in a younger copy, it would overlook a change of the same second.
      const seconds = Math.floor((await stat(index)).mtimeMs / 1000);
      await utimes(to, seconds, seconds);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** The text that git printed, without the line's end. */
export function text({ stdout }: Pick<GitAnswer, "stdout">): string {
  return stdout.toString("utf8").trim();
}

function entries(listed: Buffer): string[] {
  return listed
    .toString("utf8")
    .split("\0")
    .filter((entry) => entry !== "");
}

// `<id> blob <size>\n<content>\n` for each.
function toContents(output: Buffer): Buffer[] {
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
