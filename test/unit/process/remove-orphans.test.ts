import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it, onTestFinished, vi } from "vitest";
import { removeOrphans } from "../../../src/process/remove-orphans.ts";
import { slowDeath } from "../../helpers/slow-death.ts";

const tempDir = fileURLToPath(new URL("../../../src/process/temp-dir.ts", import.meta.url));

it.skipIf(process.platform === "win32")(
  "the folder of a process that has ended goes although its engine, being killed, still makes files in it",
  async () => {
    const base = await mkdtemp(join(tmpdir(), "st-orphans-"));
    onTestFinished(() => rm(base, { recursive: true, force: true }));
    vi.stubEnv("TMPDIR", base);
    onTestFinished(() => void vi.unstubAllEnvs());
    const program = `console.log((await (await import(${JSON.stringify(tempDir)})).makeTempDir()).path)`;
    const { stdout: orphan } = await execa(process.execPath, ["--input-type=module", "--eval", program]);
    const writers = [1, 2, 3, 4].map(() =>
      execa(process.execPath, ["--eval", slowDeath(orphan)], { reject: false, stdio: "ignore" }),
    );
    await expect.poll(() => readdirSync(orphan).length).toBeGreaterThan(100);
    await removeOrphans();
    expect(existsSync(orphan)).toBe(false);
    await Promise.all(writers);
  },
);
