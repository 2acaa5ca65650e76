import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ClusterClaims } from "../../../src/sharing/cluster-names.ts";
import { SharedLock } from "../../../src/sharing/shared-lock.ts";
import { TrialLocks } from "../../../src/sharing/trial-locks.ts";

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  await turn();
  return settled;
}

describe("SharedLock", () => {
  it("is shared by many and held alone by one", async () => {
    const lock = new SharedLock();
    const first = await lock.acquire(false);
    const second = await lock.acquire(false);
    const alone = lock.acquire(true);
    expect(await isSettled(alone)).toBe(false);
    first();
    expect(await isSettled(alone)).toBe(false);
    second();
    const unlock = await alone;
    const next = lock.acquire(false);
    expect(await isSettled(next)).toBe(false);
    unlock();
    (await next)();
  });

  it("lets nobody pass one who waits to be alone", async () => {
    const lock = new SharedLock();
    const first = await lock.acquire(false);
    const alone = lock.acquire(true);
    const late = lock.acquire(false);
    expect(await isSettled(late)).toBe(false);
    first();
    (await alone)();
    (await late)();
  });

  it("counts an unlock once, however often it is called", async () => {
    const lock = new SharedLock();
    const first = await lock.acquire(false);
    const second = await lock.acquire(false);
    first();
    first();
    const alone = lock.acquire(true);
    expect(await isSettled(alone)).toBe(false);
    second();
    (await alone)();
  });

  it("lets those behind pass when one who waits is cancelled", async () => {
    const lock = new SharedLock();
    const first = await lock.acquire(false);
    const controller = new AbortController();
    const alone = lock.acquire(true, controller.signal);
    const behind = lock.acquire(false);
    controller.abort(new Error("stop"));
    await expect(alone).rejects.toThrow("stop");
    (await behind)();
    first();
    await expect(lock.acquire(false, controller.signal)).rejects.toThrow("stop");
  });
});

describe("TrialLocks", () => {
  const claims = (keys: string[], isExclusive = false): ClusterClaims => ({ refs: [], keys, isExclusive });

  it("keeps apart trials that claim the same name, and no others", async () => {
    const locks = new TrialLocks();
    const first = await locks.acquire(claims(["a", "b"]));
    const other = await locks.acquire(claims(["c"]));
    const same = locks.acquire(claims(["b", "c"]));
    other();
    expect(await isSettled(same)).toBe(false);
    first();
    (await same)();
  });

  it("runs an exclusive trial when no other runs", async () => {
    const locks = new TrialLocks();
    const first = await locks.acquire(claims([]));
    const alone = locks.acquire(claims(["crd"], true));
    expect(await isSettled(alone)).toBe(false);
    first();
    (await alone)();
  });

  it("gives back what it got when it is cancelled half-way", async () => {
    const locks = new TrialLocks();
    const first = await locks.acquire(claims(["b"]));
    const controller = new AbortController();
    const waiting = locks.acquire(claims(["a", "b"]), controller.signal);
    controller.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow("stop");
    (await locks.acquire(claims(["a"])))();
    first();
    (await locks.acquire(claims(["a", "b"], true)))();
  });
});
