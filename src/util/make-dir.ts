import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes a folder with mode 0700 and those above it that are missing. */
export async function makeDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // On a read-only file system Node says that a folder does not exist which it was told to make; one by one they tell.
    await makeOneByOne(path);
  }
}

async function makeOneByOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeOneByOne(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}
