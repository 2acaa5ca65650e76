import { loadExeca } from "./load-execa.ts";

/** What git answered. */
export interface GitAnswer {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

// Variables of a hook, or of a user, that would make git read another repository.
const variables = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX"];

const env = {
  ...Object.fromEntries(variables.map((name) => [name, undefined])),
  // Neither writes the index nor fetches objects, asks for a password, reads a path as a pattern or translates messages.
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_LITERAL_PATHSPECS: "1",
  LC_ALL: "C",
};

/** What {@link runGit} hands to git. */
export interface GitInput {
  /** Standard input. @default empty */
  input?: string | undefined;
  /** The index that git reads, and may refresh. @default the repository's */
  indexFile?: string | undefined;
}

/**
 * Runs a git command that only reads, without network. Resolves with its answer whatever its exit code is, and with `undefined`
 * when there is no git on PATH.
 */
export async function runGit(
  cwd: string,
  args: readonly string[],
  { input = "", indexFile }: GitInput = {},
): Promise<GitAnswer | undefined> {
  // A file system monitor would be a program of the repository.
  const safe = ["-c", "core.fsmonitor=false", "--no-pager", ...args];
  const index = indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile };
  const how = { cwd, env: { ...env, ...index }, input };
  const execa = await loadExeca();
  const result = await execa("git", safe, { ...how, reject: false, encoding: "buffer", maxBuffer: Infinity });
  if (result.exitCode === undefined) return undefined;
  const { exitCode, stdout, stderr } = result;
  return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr).toString("utf8").trim() };
}
