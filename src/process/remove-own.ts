import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ownedPrefix } from "./owner.ts";

/** A directory that nobody else can exchange or change while it is removed. */
interface Secured {
  path: string;
  release(): void;
}

const ACCESS_OF_OTHERS = 0o077;
const WRITE_OF_OTHERS = 0o022;
const DIRECTORY_ONLY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
// Names in an open directory, whatever happens to its path.
const hasHandlePaths = process.platform === "linux";

/**
 * Removes a directory of this user with everything in it, or one file of this user. Everything else stays: a symbolic link, what
 * belongs to another user, and in a directory that others may write, a directory that others may enter. A recursive removal by
 * path follows symbolic links that replace directories while it runs, so the directory is first moved into a
 * private one, which is named by its open handle. Rejects as `fs.rm` does.
 */
export async function removeOwn(path: string, maxRetries = 3): Promise<void> {
  const secured = secure(path);
  if (secured === undefined) return;
  try {
    await rm(secured.path, { recursive: true, force: true, maxRetries });
  } finally {
    secured.release();
  }
}

/** Like {@link removeOwn}, for a process that is about to exit. */
export function removeOwnSync(path: string): void {
  const secured = secure(path);
  if (secured === undefined) return;
  try {
    rmSync(secured.path, { recursive: true, force: true });
  } finally {
    secured.release();
  }
}

function secure(path: string): Secured | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || !isOwn(found)) return undefined;
  const asItIs = { path, release: () => undefined };
  // Removing a file removes a name, and never what a link leads to.
  if (found.isFile()) return asItIs;
  if (!found.isDirectory()) return undefined;
  const parent = lstatSync(dirname(path));
  if (parent.isDirectory() && isOwn(parent) && (parent.mode & WRITE_OF_OTHERS) === 0) return asItIs;
  if (process.getuid === undefined) return asItIs;
  return (found.mode & ACCESS_OF_OTHERS) === 0 ? moveAside(path, found) : undefined;
}

function moveAside(path: string, expected: { dev: number; ino: number }): Secured | undefined {
  const aside = mkdtempSync(join(dirname(path), `seatrial-${ownedPrefix()}-`));
  const handle = openSync(aside, DIRECTORY_ONLY);
  const release = () => {
    closeSync(handle);
    try {
      rmdirSync(aside);
    } catch {
      // What is left in it is removed by the next start, as any directory of a process that has ended.
    }
  };
  try {
    const opened = fstatSync(handle);
    const isPrivate = isOwn(opened) && (opened.mode & ACCESS_OF_OTHERS) === 0;
    const moved = join(hasHandlePaths ? `/proc/self/fd/${handle}` : aside, basename(path));
    if (isPrivate) renameSync(path, moved);
    const found = isPrivate ? lstatSync(moved) : undefined;
    if (found?.dev === expected.dev && found.ino === expected.ino) return { path: moved, release };
    // Exchanged in the meantime: it is not ours to remove.
    if (found !== undefined) renameSync(moved, path);
  } catch (error) {
    release();
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  release();
  return undefined;
}

function isOwn({ uid }: { uid: number }): boolean {
  return process.getuid === undefined || uid === process.getuid();
}
