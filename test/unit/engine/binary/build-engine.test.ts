import { readdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { buildEngine, cleanEngineCache } from "../../../../src/engine/binary/build-engine.ts";
import type { BuildProgress } from "../../../../src/engine/binary/engine-location.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import { buildInProcess, copyModule, emptyGoCache, waitForLine, writeSource } from "../../../helpers/go-module.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const said = async (path: string) => (await execa(path)).stderr;

describe("buildEngine", () => {
  it("builds the sources with their version, and then has the engine at hand", async () => {
    const place = await copyModule();
    const built = await buildEngine({}, place);
    expect(built.source).toBe("built");
    expect(await said(built.path)).toBe("hello 1.2.3");
    expect(await buildEngine({}, place)).toEqual({ path: built.path, source: "cache" });
    expect(await readdir(dirname(built.path))).toEqual(["seatrial-engine"]);
  });

  it("builds anew when a source changes, and not when only a test does", async () => {
    const place = await copyModule();
    const first = await buildEngine({}, place);
    await writeSource(place.sourceDir, "main_test.go", "package main\n");
    expect(await buildEngine({}, place)).toEqual({ path: first.path, source: "cache" });
    await writeSource(place.sourceDir, "internal/greeting/greeting.go", 'package greeting\n\nconst Text = "ahoy"\n');
    const second = await buildEngine({}, place);
    expect(second.source).toBe("built");
    expect(await said(second.path)).toBe("ahoy 1.2.3");
    expect(await said(first.path)).toBe("hello 1.2.3");
  });

  it("reports every package that Go's cache lacks, then the link", async () => {
    await emptyGoCache();
    const seen: BuildProgress[] = [];
    await buildEngine({ onProgress: (progress) => seen.push(progress) }, await copyModule());
    const steps = [...new Set(seen.map(({ step }) => step))];
    expect(steps).toEqual(["download", "compile", "link", "install"]);
    const compiled = seen.filter(({ step }) => step === "compile");
    expect(compiled[0]).toMatchObject({ done: 0, total: expect.any(Number) });
    expect(compiled.at(-1)?.done).toBe(compiled[0]?.total);
    expect(compiled.map(({ current }) => current)).toContain("hello/engine/internal/greeting");
  });

  it("has nothing to compile when Go's cache holds all of it", async () => {
    const place = await copyModule();
    await buildEngine({}, place);
    await cleanEngineCache(place);
    const seen: BuildProgress[] = [];
    await buildEngine({ onProgress: (progress) => seen.push(progress) }, place);
    expect(seen.find(({ step }) => step === "compile")?.total).toBe(0);
  });

  it("builds once when two processes ask at the same time", async () => {
    await emptyGoCache();
    const place = await copyModule();
    const first = buildInProcess(place);
    await waitForLine(first, /"step":"compile"/);
    const [one, other] = await Promise.all([first, buildInProcess(place)]);
    expect(JSON.parse(one.stdout.at(-1) ?? "")).toMatchObject({ source: "built" });
    expect(JSON.parse(other.stdout.at(-1) ?? "")).toMatchObject({ source: "cache" });
    expect(JSON.parse(other.stdout[0] ?? "")).toMatchObject({ step: "wait" });
    expect(await readdir(place.cacheDir)).toHaveLength(1);
  });

  it("leaves nothing broken when it is killed, and the next build takes over at once", async () => {
    await emptyGoCache();
    const place = await copyModule();
    const killed = buildInProcess(place);
    await waitForLine(killed, /"step":"compile".*"current"/);
    killed.kill("SIGKILL");
    await killed;
    const [entry = "", lock = ""] = (await readdir(place.cacheDir)).sort();
    expect(lock).toBe(`${entry}.lock`);
    expect(await readdir(`${place.cacheDir}/${entry}`)).not.toContain("seatrial-engine");

    const steps: string[] = [];
    const built = await buildEngine({ onProgress: ({ step }) => steps.push(step) }, place);
    expect(steps).not.toContain("wait");
    expect(await said(built.path)).toBe("hello 1.2.3");
    expect(await readdir(place.cacheDir)).toEqual([entry]);
  });

  it("ends when it is aborted, leaves no lock, and goes on from Go's cache afterwards", async () => {
    await emptyGoCache();
    const place = await copyModule();
    const abort = new AbortController();
    let total = 0;
    const onProgress = (progress: BuildProgress) => {
      total = progress.total ?? 0;
      if (progress.step === "compile" && progress.done === total - 1) abort.abort();
    };
    const error = await rejectionOf<EngineError>(buildEngine({ onProgress, signal: abort.signal }, place));
    expect(error.code).toBe("SEATRIAL_CANCELLED");
    const [entry = "", ...others] = await readdir(place.cacheDir);
    expect(others).toEqual([]);
    expect(await readdir(`${place.cacheDir}/${entry}`)).toEqual([]);

    const seen: BuildProgress[] = [];
    await buildEngine({ onProgress: (progress) => seen.push(progress) }, place);
    expect(seen.find(({ step }) => step === "compile")?.total).toBeLessThan(total);
  });

  it("uses one build for callers in the same process", async () => {
    const place = await copyModule();
    const locations = await Promise.all([buildEngine({}, place), buildEngine({}, place)]);
    expect(locations.map(({ source }) => source).sort()).toEqual(["built", "cache"]);
  });
});

describe("cleanEngineCache", () => {
  it("removes every engine and says how much space that gave", async () => {
    const place = await copyModule();
    const { path } = await buildEngine({}, place);
    const result = await cleanEngineCache(place);
    expect(result).toEqual({ cacheDir: place.cacheDir, enginesCount: 1, freedBytes: expect.any(Number) });
    expect(result.freedBytes).toBeGreaterThan(100_000);
    await expect(said(path)).rejects.toThrow("ENOENT");
  });

  it("has nothing to do when there is no cache", async () => {
    const place = await copyModule();
    await rm(place.cacheDir, { recursive: true, force: true });
    expect(await cleanEngineCache(place)).toMatchObject({ enginesCount: 0, freedBytes: 0 });
  });
});
