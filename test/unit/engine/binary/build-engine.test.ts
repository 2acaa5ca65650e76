import { readdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { buildEngine } from "../../../../src/engine/binary/build-engine.ts";
import { removeCachedEngines } from "../../../../src/engine/binary/engine-cache.ts";
import type { BuildNeeds, BuildProgress } from "../../../../src/engine/binary/engine-location.ts";
import { findEngine } from "../../../../src/engine/binary/find-engine.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import {
  buildInProcess,
  copyModule,
  emptyGoCache,
  waitForLine,
  writeSource,
} from "../../../helpers/engine/go-module.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

const said = async (path: string) => (await execa(path)).stderr;

describe("buildEngine", () => {
  it("builds the sources with their version, and afterwards finds the engine in the cache", async () => {
    const paths = await copyModule();
    const built = await buildEngine({}, paths);
    expect(built.source).toBe("built");
    expect(await said(built.path)).toBe("hello 1.2.3");
    expect(await buildEngine({}, paths)).toEqual({ path: built.path, source: "cache" });
    expect(await readdir(dirname(built.path))).toEqual(["seatrial-engine"]);
  });

  it("builds again when a source changes, and not when only a test does", async () => {
    const paths = await copyModule();
    const first = await buildEngine({}, paths);
    await writeSource(paths.sourceDir, "main_test.go", "package main\n");
    expect(await buildEngine({}, paths)).toEqual({ path: first.path, source: "cache" });
    await writeSource(paths.sourceDir, "internal/greeting/greeting.go", 'package greeting\n\nconst Text = "ahoy"\n');
    const second = await buildEngine({}, paths);
    expect(second.source).toBe("built");
    expect(await said(second.path)).toBe("ahoy 1.2.3");
    expect(await said(first.path)).toBe("hello 1.2.3");
  });

  it("builds the sources for an older version of Kubernetes, next to the newest", async () => {
    const paths = await copyModule({
      "kubernetes-1.36.mod":
        "module hello/engine\n\ngo 1.24\n\nrequire k8s.io/kubernetes v1.36.9\n\nreplace k8s.io/kubernetes => ./kubernetes\n",
      "kubernetes-1.36.sum": "",
      "kubernetes/go.mod": "module k8s.io/kubernetes\n\ngo 1.24\n",
      "internal/greeting/greeting.go": '//go:build !before1.37\n\npackage greeting\n\nconst Text = "hello"\n',
      "internal/greeting/older.go": '//go:build before1.37\n\npackage greeting\n\nconst Text = "good day"\n',
    });
    const older = { ...paths, kubernetes: "1.36.9" };
    const built = await buildEngine({}, older);
    expect(await said(built.path)).toBe("good day 1.2.3");
    expect(await said((await buildEngine({}, paths)).path)).toBe("hello 1.2.3");
    expect(await buildEngine({}, older)).toEqual({ path: built.path, source: "cache" });
    expect(await findEngine(older)).toMatchObject({ location: { path: built.path, source: "cache" } });
  });

  it("does not build the newest version again when only the modules of an older one change", async () => {
    const paths = await copyModule();
    const first = await buildEngine({}, paths);
    await writeSource(paths.sourceDir, "kubernetes-1.36.mod", "module hello/engine\n\ngo 1.24\n");
    expect(await buildEngine({}, paths)).toEqual({ path: first.path, source: "cache" });
  });

  it("names the version when there are no sources for it", async () => {
    const error = await rejectionOf<EngineError>(buildEngine({}, { ...(await copyModule()), kubernetes: "1.20.1" }));
    expect(error).toMatchObject({ code: "SEATRIAL_ENGINE_NOT_FOUND" });
    expect(error.message).toContain("There are no engine sources for Kubernetes 1.20.1 in ");
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
    const fractions = compiled.map(({ fraction = Number.NaN }) => fraction);
    expect(fractions).toEqual([...fractions].sort((one, other) => one - other));
    expect([fractions[0], fractions.at(-1)]).toEqual([0, 1]);
  });

  it("reports what a build needs before it begins, and nothing when nothing is built", async () => {
    const paths = await copyModule();
    const events: (BuildNeeds | string)[] = [];
    const onStart = (needs: BuildNeeds) => void events.push(needs);
    await buildEngine({ onStart, onProgress: ({ step }) => void events.push(step) }, paths);
    expect(events[0]).toMatchObject({ sourceDir: paths.sourceDir, goVersion: expect.stringMatching(/^go1\.\d+/) });
    const { disk = [] } = events[0] as BuildNeeds;
    expect(disk.map(({ name }) => name)).toEqual(["GOCACHE", "GOMODCACHE", "SEATRIAL_CACHE_DIR"]);
    for (const { freeBytes, path } of disk) expect(freeBytes, path).toBeGreaterThan(0);
    expect(events[1]).toBe("download");

    events.length = 0;
    await buildEngine({ onStart }, paths);
    expect(events).toEqual([]);
  });

  it("compiles nothing when Go's cache has all packages", async () => {
    const paths = await copyModule();
    await buildEngine({}, paths);
    await removeCachedEngines(paths.cacheDir);
    const seen: BuildProgress[] = [];
    await buildEngine({ onProgress: (progress) => seen.push(progress) }, paths);
    expect(seen.find(({ step }) => step === "compile")?.total).toBe(0);
  });

  it("builds once when two processes ask at the same time", async () => {
    await emptyGoCache();
    const paths = await copyModule();
    const first = buildInProcess(paths);
    await waitForLine(first, /"step":"compile"/);
    const [one, other] = await Promise.all([first, buildInProcess(paths)]);
    expect(JSON.parse(one.stdout.at(-1) ?? "")).toMatchObject({ source: "built" });
    expect(JSON.parse(other.stdout.at(-1) ?? "")).toMatchObject({ source: "cache" });
    expect(JSON.parse(other.stdout[0] ?? "")).toMatchObject({ step: "wait" });
    expect(await readdir(paths.cacheDir)).toHaveLength(1);
  });

  it("leaves nothing broken when it is killed, and the next build takes over immediately", async () => {
    await emptyGoCache();
    const paths = await copyModule();
    const killed = buildInProcess(paths);
    await waitForLine(killed, /"step":"compile".*"current"/);
    killed.kill("SIGKILL");
    await killed;
    const [entry = "", lock = ""] = (await readdir(paths.cacheDir)).sort();
    expect(lock).toBe(`${entry}.lock`);
    expect(await readdir(`${paths.cacheDir}/${entry}`)).not.toContain("seatrial-engine");

    const steps: string[] = [];
    const built = await buildEngine({ onProgress: ({ step }) => steps.push(step) }, paths);
    expect(steps).not.toContain("wait");
    expect(await said(built.path)).toBe("hello 1.2.3");
    expect(await readdir(paths.cacheDir)).toEqual([entry]);
  });

  it("ends when it is aborted, leaves no lock, and continues from Go's cache afterwards", async () => {
    await emptyGoCache();
    const paths = await copyModule();
    const abort = new AbortController();
    let total = 0;
    const onProgress = (progress: BuildProgress) => {
      total = progress.total ?? 0;
      if (progress.step === "compile" && progress.done === total - 1) abort.abort();
    };
    const error = await rejectionOf<EngineError>(buildEngine({ onProgress, signal: abort.signal }, paths));
    expect(error.code).toBe("SEATRIAL_CANCELLED");
    const [entry = "", ...others] = await readdir(paths.cacheDir);
    expect(others).toEqual([]);
    expect(await readdir(`${paths.cacheDir}/${entry}`)).toEqual([]);

    const seen: BuildProgress[] = [];
    await buildEngine({ onProgress: (progress) => seen.push(progress) }, paths);
    expect(seen.find(({ step }) => step === "compile")?.total).toBeLessThan(total);
  });

  it("uses one build for callers in the same process", async () => {
    const paths = await copyModule();
    const locations = await Promise.all([buildEngine({}, paths), buildEngine({}, paths)]);
    expect(locations.map(({ source }) => source).sort()).toEqual(["built", "cache"]);
  });
});

describe("removeCachedEngines", () => {
  it("removes every engine and reports how much space that freed", async () => {
    const paths = await copyModule();
    const { path } = await buildEngine({}, paths);
    const result = await removeCachedEngines(paths.cacheDir);
    expect(result).toEqual({ cacheDir: paths.cacheDir, enginesCount: 1, freedBytes: expect.any(Number) });
    expect(result.freedBytes).toBeGreaterThan(100_000);
    await expect(said(path)).rejects.toThrow("ENOENT");
  });

  it("removes nothing when there is no cache", async () => {
    const paths = await copyModule();
    await rm(paths.cacheDir, { recursive: true, force: true });
    expect(await removeCachedEngines(paths.cacheDir)).toMatchObject({ enginesCount: 0, freedBytes: 0 });
  });
});
