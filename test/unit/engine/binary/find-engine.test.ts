import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { buildEngine } from "../../../../src/engine/binary/build-engine.ts";
import { findEngine } from "../../../../src/engine/binary/find-engine.ts";
import { provideEngine } from "../../../../src/engine/binary/provide-engine.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import { fakeEngine } from "../../../helpers/fake-engine.ts";
import { copyModule } from "../../../helpers/go-module.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const setEnv = (name: string, value: string) => {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
};

describe("findEngine", () => {
  it("prefers the one that SEATRIAL_ENGINE names", async () => {
    const place = await copyModule();
    await buildEngine({}, place);
    setEnv("SEATRIAL_ENGINE", fakeEngine("starts"));
    expect(await findEngine(place)).toEqual({ path: fakeEngine("starts"), source: "env" });
  });

  it("refuses a SEATRIAL_ENGINE that is no program instead of looking further", async () => {
    setEnv("SEATRIAL_ENGINE", "/nowhere/engine");
    const error = await rejectionOf<EngineError>(findEngine(await copyModule()));
    expect(error.code).toBe("SEATRIAL_ENGINE_NOT_EXECUTABLE");
    expect(error.message).toMatchInlineSnapshot(`
      "SEATRIAL_ENGINE names /nowhere/engine, which is no program
      Hint: correct SEATRIAL_ENGINE, or unset it to use the engine that seatrial finds or builds"
    `);
  });

  it("finds what was built from these sources, and nothing before", async () => {
    const place = await copyModule();
    expect(await findEngine(place)).toBeUndefined();
    const { path } = await buildEngine({}, place);
    expect(await findEngine(place)).toEqual({ path, source: "cache" });
  });

  it("finds it without go, too", async () => {
    const place = await copyModule();
    const { path } = await buildEngine({}, place);
    setEnv("PATH", place.cacheDir);
    expect(await findEngine(place)).toEqual({ path, source: "cache" });
  });

  it("does not take an engine of another version of this package", async () => {
    const place = await copyModule();
    await buildEngine({}, place);
    expect(await findEngine({ ...place, version: "9.9.9" })).toBeUndefined();
  });
});

describe("provideEngine", () => {
  it("builds when nothing is at hand, and then does not", async () => {
    const place = await copyModule();
    const built = await provideEngine({}, place);
    expect(built.source).toBe("built");
    expect(await provideEngine({}, place)).toEqual({ path: built.path, source: "cache" });
  });

  it("lists where it looked when there is none and none can be built", async () => {
    const place = await copyModule();
    setEnv("PATH", join(place.cacheDir, "empty"));
    const error = await rejectionOf<EngineError>(provideEngine({}, place));
    expect(error.code).toBe("SEATRIAL_ENGINE_NOT_FOUND");
    const message = error.message.replaceAll(place.cacheDir, "<cache>").replace(/(linux|darwin)-\w+/g, "<system>");
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
