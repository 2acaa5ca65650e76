import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import type { BuildProgress } from "../../../src/engine/binary/engine-location.ts";
import { acquireLock, isLocked } from "../../../src/process/file-lock.ts";
import { startOf } from "../../../src/process/process-identity.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const ROUNDS = 60;
const notDone = { isDone: async () => false };

async function lockPath(): Promise<string> {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  return join(path, "engine.lock");
}

describe("acquireLock", () => {
  it("makes the second wait until the first unlocks, and shows the progress of the first", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    await first?.beat({ step: "compile", done: 3, total: 9, elapsedMs: 50 });
    const seen: (BuildProgress | undefined)[] = [];
    let isLockedByFirst = true;
    const second = acquireLock<BuildProgress>(path, {
      ...notDone,
      onWait: (progress) => {
        seen.push(progress);
        isLockedByFirst = false;
        void first?.unlock();
      },
    });
    const lock = await second;
    expect(isLockedByFirst).toBe(false);
    expect(seen).toEqual([{ step: "compile", done: 3, total: 9, elapsedMs: 50 }]);
    await lock?.unlock();
    expect(await isLocked(path)).toBe(false);
  });

  it("ends the wait without the lock when the work is done in the meantime", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    let isDone = false;
    const second = acquireLock<BuildProgress>(path, { isDone: async () => isDone, onWait: () => (isDone = true) });
    expect(await second).toBeUndefined();
    await first?.unlock();
  });

  it("takes over from a process of this machine that has ended", async () => {
    const path = await lockPath();
    const { stdout: pid } = await execa(process.execPath, ["-p", "process.pid"]);
    await writeFile(path, JSON.stringify({ token: "t", pid: Number(pid), host: hostname() }));
    expect(await isLocked(path)).toBe(false);
    const waits: unknown[] = [];
    const lock = await acquireLock(path, { ...notDone, onWait: (progress) => waits.push(progress) });
    expect(waits).toEqual([]);
    await lock?.unlock();
  });

  it("lets one of several waiting processes take over from a process that has ended", async () => {
    const path = await lockPath();
    const { stdout: pid } = await execa(process.execPath, ["-p", "process.pid"]);
    for (let round = 0; round < ROUNDS; round++) {
      await writeFile(path, JSON.stringify({ token: "t", pid: Number(pid), host: hostname() }));
      const abort = new AbortController();
      const waiting = Array.from({ length: 8 }, async (_, index) => {
        await delay(index % 4);
        const lock = await acquireLock(path, { ...notDone, signal: abort.signal });
        // The others have this long to take it away.
        setTimeout(() => abort.abort(), 50);
        return lock;
      });
      const locks = (await Promise.allSettled(waiting)).flatMap((result) =>
        result.status === "fulfilled" && result.value !== undefined ? [result.value] : [],
      );
      expect(locks).toHaveLength(1);
      await locks[0]?.unlock();
    }
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it("takes over when another process was killed while it took over", async () => {
    const path = await lockPath();
    const { stdout: pid } = await execa(process.execPath, ["-p", "process.pid"]);
    await writeFile(path, JSON.stringify({ token: "t", pid: Number(pid), host: hostname() }));
    await writeFile(`${path}.takeover`, "");
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.takeover`, aMinuteAgo, aMinuteAgo);
    const lock = await acquireLock(path, notDone);
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
    await lock?.unlock();
  });

  it("takes over from a process of this machine whose id belongs to another process by now", async () => {
    const path = await lockPath();
    const record = { token: "t", pid: process.pid, start: `${startOf(process.pid)}0`, host: hostname() };
    await writeFile(path, JSON.stringify(record));
    expect(await isLocked(path)).toBe(false);
    const waits: unknown[] = [];
    const lock = await acquireLock(path, { ...notDone, onWait: (progress) => waits.push(progress) });
    expect(waits).toEqual([]);
    await lock?.unlock();
  });

  it("takes over from a process of another machine only after a long silence", async () => {
    const path = await lockPath();
    await writeFile(path, JSON.stringify({ token: "t", pid: 1, host: "elsewhere" }));
    const startedAt = performance.now();
    const lock = await acquireLock(path, { ...notDone, silenceMs: 500 });
    expect(performance.now() - startedAt).toBeGreaterThan(500);
    await lock?.unlock();
  });

  it("takes over from an empty lock file when it stays empty", async () => {
    const path = await lockPath();
    await writeFile(path, "");
    const lock = await acquireLock(path, { ...notDone, silenceMs: 300 });
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
    await lock?.unlock();
  });

  it("does not unlock or overwrite the lock of a process that took over", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    await rm(path);
    const second = await acquireLock(path, notDone);
    const text = await readFile(path, "utf8");
    await first?.beat({ step: "link", done: 1, elapsedMs: 1 });
    await first?.unlock();
    expect(await readFile(path, "utf8")).toBe(text);
    await second?.unlock();
  });

  it("ends the wait when the signal aborts", async () => {
    const path = await lockPath();
    const first = await acquireLock(path, notDone);
    const abort = new AbortController();
    const waiting = acquireLock(path, { ...notDone, signal: abort.signal, onWait: () => abort.abort() });
    expect(await rejectionOf(waiting)).toMatchObject({ code: "SEATRIAL_CANCELLED" });
    await first?.unlock();
  });
});
