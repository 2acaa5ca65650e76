import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { buildEngine } from "../../../../src/engine/binary/build-engine.ts";
import { findEngine } from "../../../../src/engine/binary/find-engine.ts";
import { provideEngine } from "../../../../src/engine/binary/provide-engine.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import { fakeEngine } from "../../../helpers/engine/fake-engine.ts";
import { copyModule } from "../../../helpers/engine/go-module.ts";
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
});
