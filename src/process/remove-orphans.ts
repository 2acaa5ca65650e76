import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ownerOf } from "./owner.ts";
import { isRunning } from "./process-group.ts";
import { tempBaseDir } from "./temp-dir.ts";

// Each waits 100 ms longer than the one before: 1.5 s together.
const MAX_RETRIES = 5;

/**
 * Removes the temporary folders of processes that have ended without it. That takes two deaths: an engine removes its
 * folder when its parent is killed, and a parent removes that of an engine that is killed.
 */
export async function removeOrphans(): Promise<void> {
  const base = tempBaseDir();
  const names = await readdir(base).catch(() => []);
  for (const name of names) {
    const pid = ownerOf(name);
    if (pid === undefined || isRunning(pid)) continue;
    // A killed engine may still be in the middle of a write. What stays is another user's.
    await rm(join(base, name), { recursive: true, force: true, maxRetries: MAX_RETRIES }).catch(() => undefined);
  }
}
