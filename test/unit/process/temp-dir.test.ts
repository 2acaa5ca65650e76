import { existsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

describe("makeTempDir", () => {
  it("makes a folder for its owner alone and removes it with all in it, also twice", async () => {
    const dir = await makeTempDir();
    expect(statSync(dir.path).mode & 0o777).toBe(0o700);
    writeFileSync(join(dir.path, "file"), "");
    await dir.remove();
    await dir.remove();
    expect(existsSync(dir.path)).toBe(false);
  });

  it("removes it at the end of an await using scope", async () => {
    let path: string;
    {
      await using dir = await makeTempDir();
      path = dir.path;
      expect(path.startsWith(tmpdir())).toBe(true);
    }
    expect(existsSync(path)).toBe(false);
  });

  it("leaves room for a unix socket when the temp folder's path is long", async () => {
    vi.stubEnv("TMPDIR", `/var/${"x".repeat(100)}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using dir = await makeTempDir();
    expect(dir.path).toMatch(/^\/tmp\/seatrial-/);
  });
});
