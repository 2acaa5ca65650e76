import { chmod, mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findEngine } from "../../../../src/engine/binary/find-engine.ts";
import { unpackEngine, unpackEngineTo } from "../../../../src/engine/binary/unpack-engine.ts";
import type { SeatrialError } from "../../../../src/errors/seatrial-error.ts";
import { provideInProcess } from "../../../helpers/engine/go-module.ts";
import { type InstalledPackage, installEnginePackage } from "../../../helpers/engine/installed-package.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const unpack = (installed: InstalledPackage, signal?: AbortSignal) => unpackEngine(installed, installed.paths, signal);
const longAgo = new Date("2020-01-01");

describe("unpackEngine", () => {
  it("writes the program into the cache once, whatever the umask is", async () => {
    for (const umask of [0, 0o077]) {
      const before = process.umask(umask);
      onTestFinished(() => void process.umask(before));
      const installed = await installEnginePackage();
      const path = await unpack(installed);
      expect(path.startsWith(installed.paths.cacheDir)).toBe(true);
      expect(await readFile(path, "utf8")).toBe(installed.program);
      expect((await stat(path)).mode & 0o777).toBe(0o755);
      expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
      await utimes(path, longAgo, longAgo);
      expect(await unpack(installed)).toBe(path);
      expect((await stat(path)).mtime).toEqual(longAgo);
      expect(await readdir(dirname(path))).toEqual([expect.stringMatching(/^seatrial-engine/)]);
    }
  });

  it("keeps engines of different packages apart", async () => {
    const installed = await installEnginePackage();
    const path = await unpack(installed);
    const archive = { ...installed.manifest.archive, sha256: "0".repeat(64) };
    const other = { ...installed, manifest: { ...installed.manifest, archive } };
    expect(await rejectionOf(unpack(other))).toMatchObject({ code: "SEATRIAL_ENGINE_PACKAGE" });
    expect(await unpack(installed)).toBe(path);
  });

  it("writes a program again that was cut", async () => {
    const installed = await installEnginePackage();
    const path = await unpack(installed);
    await truncate(path, 100);
    expect(await unpack(installed)).toBe(path);
    expect(await readFile(path, "utf8")).toBe(installed.program);
  });

  it("removes what a killed process has left", async () => {
    const installed = await installEnginePackage();
    const path = await unpack(installed);
    await truncate(path, 100);
    await writeFile(join(dirname(path), "unfinished-seatrial-engine-1"), "half");
    // No process has this id.
    await writeFile(
      `${dirname(path)}.lock`,
      JSON.stringify({ token: "", pid: 2 ** 30, host: (await import("node:os")).hostname() }),
    );
    await unpack(installed);
    expect(await readdir(dirname(path))).toHaveLength(1);
    expect(await readdir(installed.paths.cacheDir)).toHaveLength(1);
  });

  it("gives every process that asks at the same time the same complete program", async () => {
    const { paths, program } = await installEnginePackage();
    const results = await Promise.all([1, 2, 3].map(() => provideInProcess(paths)));
    const located = results.map(({ stdout }) => JSON.parse(stdout.at(-1) ?? "") as { path: string; source: string });
    expect(located.map(({ source }) => source)).toEqual(["package", "package", "package"]);
    expect(new Set(located.map(({ path }) => path)).size).toBe(1);
    expect(await readFile(located[0]?.path ?? "", "utf8")).toBe(program);
    expect(await readdir(paths.cacheDir)).toHaveLength(1);
  });

  it("names a cache that cannot be written, and two ways around it", async () => {
    const installed = await installEnginePackage();
    const cacheDir = join(installed.paths.manifestPath, "cache");
    const error = await rejectionOf<SeatrialError>(findEngine({ ...installed.paths, cacheDir }));
    expect(error.code).toBe("SEATRIAL_DISK");
    expect(error.message).toBe(
      `The engine of ${installed.name} (1 MB) cannot be unpacked into ${cacheDir}: a part of its path is not a directory\nHint: set SEATRIAL_CACHE_DIR to a directory that can be written, or run \`seatrial engine unpack --to <directory>\` where one can and set SEATRIAL_ENGINE to the path that it prints`,
    );
  });

  it("refuses a cache that others may write", async () => {
    const installed = await installEnginePackage();
    await mkdir(installed.paths.cacheDir, { recursive: true });
    await chmod(installed.paths.cacheDir, 0o777);
    expect(await rejectionOf(unpack(installed))).toMatchObject({ code: "SEATRIAL_DISK" });
    await chmod(installed.paths.cacheDir, 0o700);
    await chmod(dirname(await unpack(installed)), 0o777);
    expect(await rejectionOf(unpack(installed))).toMatchObject({ code: "SEATRIAL_DISK" });
  });

  it("leaves neither a lock nor half a program when it is aborted", async () => {
    const installed = await installEnginePackage();
    expect(await rejectionOf(unpack(installed, AbortSignal.abort()))).toMatchObject({ code: "SEATRIAL_CANCELLED" });
    const left = await readdir(installed.paths.cacheDir, { recursive: true });
    expect(left.filter((name) => /seatrial-engine|\.lock/.test(name))).toEqual([]);
  });
});

describe("unpackEngineTo", () => {
  it("writes the program into a directory that every user may read, and replaces an older one", async () => {
    const before = process.umask(0o022);
    onTestFinished(() => void process.umask(before));
    const installed = await installEnginePackage();
    const directory = join(installed.paths.cacheDir, "a", "b");
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "seatrial-engine"), "older");
    for (const to of [directory, join(installed.paths.cacheDir, "c", "d")]) {
      const path = await unpackEngineTo(installed, to);
      expect(dirname(path)).toBe(to);
      expect(await readFile(path, "utf8")).toBe(installed.program);
      expect((await stat(path)).mode & 0o777).toBe(0o755);
      expect((await stat(to)).mode & 0o777).toBe(0o755);
      expect(await readdir(to)).toHaveLength(1);
    }
  });

  it("names a directory that cannot be written", async () => {
    const installed = await installEnginePackage();
    const to = join(installed.paths.manifestPath, "directory");
    const error = await rejectionOf<SeatrialError>(unpackEngineTo(installed, to));
    expect(error.code).toBe("SEATRIAL_DISK");
    expect(error.message).toContain(`cannot be unpacked into ${to}: a part of its path is not a directory`);
  });
});
