import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { findDistrust } from "./distrust.ts";
import { isOwnerDead } from "./owner.ts";
import { removeOwn } from "./remove-own.ts";
import { tempBaseDir } from "./temp-dir.ts";

// Each waits 100 ms longer than the one before: 1.5 s together.
const MAX_RETRIES = 5;

/**
 * Removes the temporary directories of processes that ended without doing so. A directory is only left behind when both
 * processes are killed: an engine removes its directory when its parent is killed, and the parent that of a killed engine.
 * Only private directories of this user are removed. Where others may rename directories of this user, nothing is: they could
 * give any private directory such a name.
 */
export async function removeOrphans(): Promise<void> {
  const base = tempBaseDir();
  if ((await findDistrust(base, { isShared: true })) !== undefined) return;
  const names = await readdir(base).catch(() => []);
  for (const name of names) {
    if (!name.startsWith("seatrial-") || !isOwnerDead(name)) continue;
    // A killed engine may still be in the middle of a write.
    await removeOwn(join(base, name), MAX_RETRIES).catch(() => undefined);
  }
}
