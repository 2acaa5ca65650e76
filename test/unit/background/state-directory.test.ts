import { rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { lockState } from "../../../src/background/lock-state.ts";
import { makeStateDirectory, statePaths } from "../../../src/background/state-directory.ts";
import { isLocked } from "../../../src/process/file-lock.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

const ROUNDS = 100;

async function emptyState() {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  return statePaths(join(path, "state"));
}

/** Removes the directory as soon as it is there, as a stop does at its end. */
async function removeOnce(directory: string): Promise<void> {
  for (;;) {
    const isRemoved = await rmdir(directory).then(
      () => true,
      () => false,
    );
    if (isRemoved) return;
  }
}

it("makes the state directory while `seatrial down` removes it", async () => {
  const paths = await emptyState();
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all([makeStateDirectory(paths), removeOnce(paths.directory)]);
  }
  await makeStateDirectory(paths);
  expect((await stat(paths.directory)).mode & 0o777).toBe(0o700);
});

it("locks the state while `seatrial down` removes its directory", async () => {
  const paths = await emptyState();
  for (let round = 0; round < ROUNDS; round++) {
    const removed = removeOnce(paths.directory);
    const lock = await lockState(paths, paths.lockFile);
    expect(await isLocked(paths.lockFile)).toBe(true);
    await lock.unlock();
    await removed;
  }
});
