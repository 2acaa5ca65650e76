import { existsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

describe("makeTempDir", () => {
  it("creates a directory for its owner alone and removes it with everything in it, also twice", async () => {
    const dir = await makeTempDir();
    expect(statSync(dir.path).mode & 0o777).toBe(0o700);
    writeFileSync(join(dir.path, "file"), "");
    await dir.remove();
    await dir.remove();
    expect(existsSync(dir.path)).toBe(false);
  });

  it("removes the directory at the end of an `await using` block", async () => {
    let path: string;
    {
      await using dir = await makeTempDir();
      path = dir.path;
      expect(path.startsWith(tmpdir())).toBe(true);
    }
    expect(existsSync(path)).toBe(false);
  });

  it("leaves room for the path of a unix socket when the temporary directory's path is long", async () => {
    vi.stubEnv("TMPDIR", `/var/${"x".repeat(100)}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using dir = await makeTempDir();
    expect(dir.path).toMatch(/^\/tmp\/seatrial-/);
  });

  it("says why a directory cannot be created and which variable moves it", async () => {
    vi.stubEnv("TMPDIR", "/no/such/directory");
    onTestFinished(() => void vi.unstubAllEnvs());
    const error = await rejectionOf(makeTempDir());
    expect(error).toMatchObject({ name: "SeatrialError", code: "SEATRIAL_DISK" });
    expect(error.message).toBe(
      "A temporary directory cannot be created in /no/such/directory: it does not exist\nHint: set TMPDIR to a writable directory",
    );
  });
});
