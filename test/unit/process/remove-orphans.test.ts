import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished, vi } from "vitest";
import { removeOrphans } from "../../../src/process/remove-orphans.ts";
import { repositoryPath } from "../../helpers/repository/repository-path.ts";

const tempDir = repositoryPath("src/process/temp-dir.ts");

it.skipIf(process.platform === "win32")(
  "the directory of a process that has ended is removed although its dying engine still creates files in it",
  async () => {
    const base = await mkdtemp(join(tmpdir(), "st-orphans-"));
    onTestFinished(() => rm(base, { recursive: true, force: true }));
    await chmod(base, 0o1777);
    vi.stubEnv("TMPDIR", base);
    onTestFinished(() => void vi.unstubAllEnvs());
    const program = `console.log((await (await import(${JSON.stringify(tempDir)})).makeTempDir()).path)`;
    const { stdout: orphan } = await execa(process.execPath, ["--input-type=module", "--eval", program]);
    const writers = [1, 2, 3, 4].map(() =>
      execa(process.execPath, [repositoryPath("test/programs/slow-death.mjs"), orphan], {
        reject: false,
        stdio: "ignore",
      }),
    );
    await expect.poll(() => readdirSync(orphan).length, { timeout: 10_000 }).toBeGreaterThan(100);
    await removeOrphans();
    expect(existsSync(orphan)).toBe(false);
    await Promise.all(writers);
  },
);
