import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import type { BuildProgress } from "../../../src/engine/binary/engine-location.ts";
import { acquireLock, isLocked } from "../../../src/process/file-lock.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { rejectionOf } from "../../helpers/fake-engine.ts";

const notDone = { isDone: async () => false };

async function lockPath(): Promise<string> {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  return join(path, "engine.lock");
}

describe("acquireLock", () => {
  it("makes the second wait until the first releases, and shows how far that one is", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    await first?.beat({ step: "compile", done: 3, total: 9, elapsedMs: 50 });
    const seen: (BuildProgress | undefined)[] = [];
    let isHeld = true;
    const second = acquireLock<BuildProgress>(path, {
      ...notDone,
      onWait: (holder) => {
        seen.push(holder);
        isHeld = false;
        void first?.release();
      },
    });
    const lock = await second;
    expect(isHeld).toBe(false);
    expect(seen).toEqual([{ step: "compile", done: 3, total: 9, elapsedMs: 50 }]);
    await lock?.release();
    expect(await isLocked(path)).toBe(false);
  });

  it("ends the wait without the lock when the work was done meanwhile", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    let isDone = false;
    const second = acquireLock<BuildProgress>(path, { isDone: async () => isDone, onWait: () => (isDone = true) });
    expect(await second).toBeUndefined();
    await first?.release();
  });

  it("takes over from a process of this machine that is gone", async () => {
    const path = await lockPath();
    const { stdout: pid } = await execa(process.execPath, ["-p", "process.pid"]);
    await writeFile(path, JSON.stringify({ token: "t", pid: Number(pid), host: hostname() }));
    expect(await isLocked(path)).toBe(false);
    const waits: unknown[] = [];
    const lock = await acquireLock(path, { ...notDone, onWait: (holder) => waits.push(holder) });
    expect(waits).toEqual([]);
    await lock?.release();
  });

  it("takes over from another machine's process only when it has been silent for long", async () => {
    const path = await lockPath();
    await writeFile(path, JSON.stringify({ token: "t", pid: 1, host: "elsewhere" }));
    const startedAt = performance.now();
    const lock = await acquireLock(path, { ...notDone, silenceMs: 500 });
    expect(performance.now() - startedAt).toBeGreaterThan(500);
    await lock?.release();
  });

  it("takes over from a lock file that says nothing when it stays so", async () => {
    const path = await lockPath();
    await writeFile(path, "");
    const lock = await acquireLock(path, { ...notDone, silenceMs: 300 });
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
    await lock?.release();
  });

  it("does not release or overwrite the lock of somebody who took over", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    await rm(path);
    const second = await acquireLock(path, notDone);
    const text = await readFile(path, "utf8");
    await first?.beat({ step: "link", done: 1, elapsedMs: 1 });
    await first?.release();
    expect(await readFile(path, "utf8")).toBe(text);
    await second?.release();
  });

  it("ends the wait when the signal aborts", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    const abort = new AbortController();
    const waiting = acquireLock(path, { ...notDone, signal: abort.signal, onWait: () => abort.abort() });
    expect(await rejectionOf(waiting)).toMatchObject({ code: "SEATRIAL_CANCELLED" });
    await first?.release();
  });
});
