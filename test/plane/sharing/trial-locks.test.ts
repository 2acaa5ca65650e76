import { randomUUID } from "node:crypto";
import { currentControlPlane } from "seatrial";
import { describe, expect, it } from "vitest";
import { lockAll } from "../../../src/sharing/locks/lock-all.ts";
import { lockTrial } from "../../../src/sharing/locks/trial-locks.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const unlock = (lock: AsyncDisposable) => lock[Symbol.asyncDispose]();

/** Whether a lock has been granted by the time that the engine has answered a later request. */
async function isGranted(lock: Promise<AsyncDisposable>): Promise<boolean> {
  let granted = false;
  const note = () => {
    granted = true;
  };
  lock.then(note, note);
  await unlock(await currentControlPlane().engine.lock(randomUUID()));
  return granted;
}

describe("a lock of the engine", () => {
  const shared = (name: string, signal?: AbortSignal) =>
    currentControlPlane().engine.lock(name, { shared: true, signal });
  const exclusive = (name: string, signal?: AbortSignal) => currentControlPlane().engine.lock(name, { signal });

  it("is shared by many and owned alone by one", async () => {
    const name = randomUUID();
    const first = await shared(name);
    const second = await shared(name);
    const alone = exclusive(name);
    expect(await isGranted(alone)).toBe(false);
    await unlock(first);
    await unlock(first);
    expect(await isGranted(alone)).toBe(false);
    await unlock(second);
    const owned = await alone;
    const next = shared(name);
    expect(await isGranted(next)).toBe(false);
    await unlock(owned);
    await unlock(await next);
  });

  it("lets requests behind a cancelled one pass", async () => {
    const name = randomUUID();
    const first = await shared(name);
    const controller = new AbortController();
    const alone = exclusive(name, controller.signal);
    expect(await isGranted(alone)).toBe(false);
    const behind = shared(name);
    controller.abort(new Error("stop"));
    expect(await rejectionOf(alone)).toMatchObject({ code: "SEATRIAL_CANCELLED", cause: { message: "stop" } });
    await unlock(await behind);
    await unlock(first);
    expect(await rejectionOf(shared(name, controller.signal))).toMatchObject({ code: "SEATRIAL_CANCELLED" });
  });

  it("is unlocked when another one of the same call cannot be had", async () => {
    const [free, taken] = [randomUUID(), randomUUID()];
    const owned = await exclusive(taken);
    const controller = new AbortController();
    const both = lockAll(currentControlPlane(), [{ name: free }, { name: taken }], controller.signal);
    expect(await isGranted(both)).toBe(false);
    controller.abort(new Error("stop"));
    expect(await rejectionOf(both)).toMatchObject({ code: "SEATRIAL_CANCELLED" });
    await unlock(await exclusive(free));
    await unlock(owned);
  });
});

describe("lockTrial", () => {
  const lock = (
    keys: string[],
    { isExclusive = false, signal }: { isExclusive?: boolean; signal?: AbortSignal } = {},
  ) => lockTrial(currentControlPlane(), { keys, isExclusive }, signal);

  it("keeps apart trials with an object of the same name, and no others", async () => {
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
    const first = await lock([a, b]);
    const other = await lock([c]);
    const same = lock([b, c]);
    await unlock(other);
    expect(await isGranted(same)).toBe(false);
    await unlock(first);
    await unlock(await same);
  });

  it("runs an exclusive trial when no other runs", async () => {
    const first = await lock([]);
    const alone = lock([randomUUID()], { isExclusive: true });
    expect(await isGranted(alone)).toBe(false);
    await unlock(first);
    await unlock(await alone);
  });

  it("unlocks what it has locked when it is cancelled half-way", async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const first = await lock([b]);
    const controller = new AbortController();
    const waiting = lock([a, b], { signal: controller.signal });
    expect(await isGranted(waiting)).toBe(false);
    controller.abort(new Error("stop"));
    expect(await rejectionOf(waiting)).toMatchObject({ code: "SEATRIAL_CANCELLED" });
    await unlock(await lock([a]));
    await unlock(first);
    await unlock(await lock([a, b], { isExclusive: true }));
  });
});
