import { UsageError } from "../errors/usage-error.ts";
import { type GitRepository, text } from "./git-repository.ts";

/** The commit to compare the work tree with. */
export interface BaseCommit {
  /** As the user wrote it. */
  ref: string;
  commit: string;
  /** For people: `main (merge base 1a2b3c4)`. */
  label: string;
}

/**
 * The commit that a reference names; for a branch, where HEAD has left it: the merge base. Rejects with `SEATRIAL_USAGE` when the
 * reference does not exist, and when a shallow clone lacks the merge base; its message begins with `what`.
 */
export async function resolveBase(
  repository: GitRepository,
  ref: string,
  what = `--since ${ref}`,
): Promise<BaseCommit> {
  const found = await repository.try(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (found.exitCode !== 0) throw await unknownRef(repository, ref, what);
  const commit = text(found);
  const name = await repository.try(["rev-parse", "--symbolic-full-name", "--end-of-options", ref]);
  const isBranch = /(?:^|\n)refs\/(?:heads|remotes)\//.test(text(name));
  if (!isBranch) return { ref, commit, label: `${ref} (${commit.slice(0, 7)})` };
  const base = await repository.try(["merge-base", commit, "HEAD"]);
  if (base.exitCode !== 0) throw await noMergeBase(repository, ref, what);
  const merged = text(base);
  const how = merged === commit ? "" : "merge base ";
  return { ref, commit: merged, label: `${ref} (${how}${merged.slice(0, 7)})` };
}

async function unknownRef(repository: GitRepository, ref: string, what: string): Promise<UsageError> {
  const [remote, ...rest] = ref.split("/");
  const remotes = text(await repository.try(["remote"])).split("\n");
  const isRemote = remote !== undefined && rest.length > 0 && remotes.includes(remote);
  const hint = isRemote
    ? `fetch it first: git fetch ${remote} ${rest.join("/")}:refs/remotes/${ref}`
    : "name a branch, a tag or a commit of this repository; a tag may have to be fetched first: git fetch --tags";
  return new UsageError(`${what}: there is no such commit in ${repository.root}`, { hint });
}

async function noMergeBase(repository: GitRepository, ref: string, what: string): Promise<UsageError> {
  const shallow = await repository.try(["rev-parse", "--is-shallow-repository"]);
  if (text(shallow) !== "true") {
    const hint = "name a commit, to compare with it as it is";
    return new UsageError(`${what}: it and HEAD have no commit in common`, { hint });
  }
  const [remote = "origin"] = ref.includes("/") ? ref.split("/") : [];
  return new UsageError(`${what}: the clone is shallow and lacks the commit at which HEAD has left ${ref}`, {
    hint: `fetch the history first: git fetch --unshallow ${remote}`,
  });
}
