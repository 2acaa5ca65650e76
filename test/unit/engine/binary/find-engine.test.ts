import { chmod, mkdir, stat, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { buildEngine } from "../../../../src/engine/binary/build-engine.ts";
import { platformName } from "../../../../src/engine/binary/build-paths.ts";
import { findEngine } from "../../../../src/engine/binary/find-engine.ts";
import { provideEngine } from "../../../../src/engine/binary/provide-engine.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import type { SeatrialError } from "../../../../src/errors/seatrial-error.ts";
import { fakeEngine } from "../../../helpers/engine/fake-engine.ts";
import { copyModule } from "../../../helpers/engine/go-module.ts";
import { giveAway, requireTwoUsers } from "../../../helpers/other-user.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const setEnv = (name: string, value: string) => {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
};

describe("findEngine", () => {
  it("prefers the engine that SEATRIAL_ENGINE names", async () => {
    const paths = await copyModule();
    await buildEngine({}, paths);
    setEnv("SEATRIAL_ENGINE", fakeEngine("starts"));
    expect((await findEngine(paths)).location).toEqual({ path: fakeEngine("starts"), source: "env" });
  });

  it("refuses a SEATRIAL_ENGINE that is not an executable file instead of searching further", async () => {
    setEnv("SEATRIAL_ENGINE", "/nowhere/engine");
    const error = await rejectionOf<EngineError>(findEngine(await copyModule()));
    expect(error.code).toBe("SEATRIAL_ENGINE_NOT_EXECUTABLE");
    expect(error.message).toMatchInlineSnapshot(`
      "SEATRIAL_ENGINE points to /nowhere/engine, which is not an executable file
      Hint: correct SEATRIAL_ENGINE, or unset it to use the engine that seatrial finds or builds"
    `);
  });

  it("finds an engine built from these sources, and none before the build", async () => {
    const paths = await copyModule();
    expect((await findEngine(paths)).location).toBeUndefined();
    const { path } = await buildEngine({}, paths);
    expect((await findEngine(paths)).location).toEqual({ path, source: "cache" });
  });

  it("finds a built engine without go, too", async () => {
    const paths = await copyModule();
    const { path } = await buildEngine({}, paths);
    setEnv("PATH", paths.cacheDir);
    expect((await findEngine(paths)).location).toEqual({ path, source: "cache" });
  });

  it("does not find an engine of another version of this package", async () => {
    const paths = await copyModule();
    await buildEngine({}, paths);
    expect((await findEngine({ ...paths, version: "9.9.9" })).location).toBeUndefined();
  });
});

describe("an engine in the cache", () => {
  it("is refused when others may write it, its directory or the cache", async () => {
    const paths = await copyModule();
    const { path } = await buildEngine({}, paths);
    for (const open of [path, dirname(path), paths.cacheDir]) {
      const { mode } = await stat(open);
      await chmod(open, 0o777);
      const error = await rejectionOf<SeatrialError>(findEngine(paths));
      expect(error.code).toBe("SEATRIAL_DISK");
      expect(error.message).toContain(
        `is not used: ${open} can be written by other users (mode 0777)\nHint: set SEATRIAL`,
      );
      expect(await rejectionOf(provideEngine({}, paths))).toMatchObject({ code: "SEATRIAL_DISK" });
      await chmod(open, mode & 0o7777);
    }
    expect((await findEngine(paths)).location).toEqual({ path, source: "cache" });
  });

  it("is refused when another user owns it, its directory or the cache, also without go", async (context) => {
    requireTwoUsers(context);
    const paths = await copyModule();
    const { path } = await buildEngine({}, paths);
    for (const given of [path, dirname(path), paths.cacheDir]) giveAway(given);
    expect((await rejectionOf(findEngine(paths))).message).toContain(`${path} belongs to another user (uid 65534)`);
    setEnv("PATH", paths.cacheDir);
    expect((await rejectionOf(findEngine(paths))).message).toContain(`${path} belongs to another user (uid 65534)`);
  });

  it("is not built into a cache that others may write", async () => {
    const paths = await copyModule();
    await mkdir(paths.cacheDir, { recursive: true });
    await chmod(paths.cacheDir, 0o777);
    expect(await rejectionOf(buildEngine({}, paths))).toMatchObject({ code: "SEATRIAL_DISK" });
  });

  it("is never writable for the group, whatever the umask is", async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const { path } = await buildEngine({}, await copyModule());
    expect((await stat(path)).mode & 0o777).toBe(0o755);
  });

  it("is built again when it is damaged, and named when it cannot be built", async () => {
    const paths = await copyModule();
    const { path } = await buildEngine({}, paths);
    const { size } = await stat(path);
    for (const [bytes, damage] of [
      [0, "it is empty"],
      [Math.floor(size / 2), `it ends after ${Math.floor(size / 2)} of at least`],
    ] as const) {
      await truncate(path, bytes);
      const { location, lookedAt } = await findEngine(paths);
      expect(location).toBeUndefined();
      expect(lookedAt.join("\n")).toContain(`cache: ${path} is damaged: ${damage}`);
      expect(lookedAt.join("\n")).toContain("`seatrial engine clean` removes it");
      expect(await provideEngine({}, paths)).toEqual({ path, source: "built" });
      expect((await stat(path)).size).toBe(size);
    }
    setEnv("SEATRIAL_ENGINE", path);
    await truncate(path, 0);
    expect((await rejectionOf(findEngine(paths))).message).toContain("cannot be started: it is empty");
  });
});

describe("provideEngine", () => {
  it("builds an engine when there is none, and only then", async () => {
    const paths = await copyModule();
    const built = await provideEngine({}, paths);
    expect(built.source).toBe("built");
    expect(await provideEngine({}, paths)).toEqual({ path: built.path, source: "cache" });
  });

  it("lists where it looked when there is no engine and none can be built", async () => {
    const paths = await copyModule();
    setEnv("PATH", join(paths.cacheDir, "empty"));
    const error = await rejectionOf<EngineError>(provideEngine({}, paths));
    expect(error.code).toBe("SEATRIAL_ENGINE_NOT_FOUND");
    const message = error.message.replaceAll(paths.cacheDir, "<cache>").replace(/(linux|darwin)-\w+/g, "<system>");
    expect(message).toMatchInlineSnapshot(`
      "No engine for <system> was found, and none can be built here
        SEATRIAL_ENGINE: not set
        package @seatrial/engine-<system>: not installed
        cache <cache>: none for these sources
        build: \`go\` is not on PATH
      Hint: install Go 1.24 or newer and put it on PATH"
    `);
  });

  it("looks for an engine of an older version of Kubernetes in the cache only, and names the version", async () => {
    const mod = "module hello/engine\n\ngo 1.24\n\nrequire k8s.io/kubernetes v1.36.9\n";
    const paths = { ...(await copyModule({ "kubernetes-1.36.mod": mod })), kubernetes: "1.36.9" };
    setEnv("PATH", join(paths.cacheDir, "empty"));
    setEnv("SEATRIAL_ENGINE", "/nowhere/engine-of-the-newest-version");
    const { message } = await rejectionOf<EngineError>(provideEngine({}, paths));
    const lines = message.replaceAll(paths.cacheDir, "<cache>").replace(platformName, "<system>").split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "No engine of Kubernetes 1.36.9 for <system> was found, and none can be built here",
      "  cache <cache>: none for these sources",
      "  build: `go` is not on PATH",
    ]);
  });
});
