import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isOwnerDead } from "./owner.ts";
import { tempBaseDir } from "./temp-dir.ts";

// Each waits 100 ms longer than the one before: 1.5 s together.
const MAX_RETRIES = 5;

/**
 * Removes the temporary directories of processes that ended without doing so. A directory is only left behind when both
 * processes are killed: an engine removes its directory when its parent is killed, and the parent that of a killed engine.
 */
export async function removeOrphans(): Promise<void> {
  const base = tempBaseDir();
  const names = await readdir(base).catch(() => []);
  for (const name of names) {
    if (!name.startsWith("seatrial-") || !isOwnerDead(name)) continue;
    // A killed engine may still be in the middle of a write. What stays is another user's.
    await rm(join(base, name), { recursive: true, force: true, maxRetries: MAX_RETRIES }).catch(() => undefined);
  }
}
