import { readdir, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isOwnerDead } from "../process/owner.ts";
import { Deadline } from "../util/deadline.ts";

const RETRY_INTERVAL_MS = 10;
// A killed process is a member of its control group until the kernel has ended it.
const BUSY_TIMEOUT_MS = 10_000;

/** Removes the control groups of a node that could not do so itself, in all hierarchies. */
export async function removeCgroups(name: string): Promise<void> {
  for (const root of await findHierarchies()) await removeTree(join(root, name), new Deadline(BUSY_TIMEOUT_MS));
}

/** Removes the control groups of nodes whose owner has ended, as `removeOrphans` does with their directories. */
export async function removeOrphanCgroups(): Promise<void> {
  for (const root of await findHierarchies()) {
    for (const name of await readdir(root).catch(() => [])) {
      if (!name.startsWith("seatrial-") || !isOwnerDead(name)) continue;
      await removeTree(join(root, name), new Deadline(BUSY_TIMEOUT_MS)).catch(() => undefined);
    }
  }
}

/** Where hierarchies of control groups are mounted. */
export async function findHierarchies(): Promise<string[]> {
  const mounts = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return mounts
    .split("\n")
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(" ")[4] ?? "");
}

async function removeTree(path: string, deadline: Deadline): Promise<void> {
  for (;;) {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isDirectory()) await removeTree(join(path, entry.name), deadline);
    const problem = await rmdir(path).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
    if (problem === undefined || problem.code === "ENOENT") return;
    if (problem.code !== "EBUSY" || deadline.isExpired) throw problem;
    await delay(RETRY_INTERVAL_MS);
  }
}
