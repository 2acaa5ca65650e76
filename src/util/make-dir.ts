import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** Creates a directory with mode 0700, or another one, and its missing parents. */
export async function makeDir(path: string, mode = 0o700): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // On a read-only file system Node reports ENOENT for the directory that it should create; one by one, the real error shows.
    await makeOneByOne(path, mode);
  }
}

async function makeOneByOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeOneByOne(dirname(path), mode);
    await mkdir(path, { mode });
  }
}
