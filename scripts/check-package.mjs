// Packs the package and checks how others see it: publint its manifest and files, are-the-types-wrong what TypeScript finds in it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = await mkdtemp(join(tmpdir(), "seatrial-package-"));
const options = { cwd: root, preferLocal: true, all: true, reject: false };
try {
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", directory];
  const file = join(directory, (await execa("npm", pack, { cwd: root })).stdout.trim());
  const results = await Promise.all([
    execa("publint", [file, "--strict"], options),
    // The package has no CommonJS, and its entry points need a TypeScript that reads `exports`.
    execa("attw", [file, "--profile", "esm-only", "--quiet"], options),
  ]);
  for (const { failed, escapedCommand, all } of results) {
    if (!failed) continue;
    console.error(`${escapedCommand}\n${all}`);
    process.exitCode = 1;
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
