import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CallGroup, trackCall, trackRemoval } from "../../../src/util/call-group.ts";

/** A helper's call that ends only when its signal aborts. */
const waits = (what: string) =>
  trackCall(undefined, (signal) => delay(60_000, undefined, signal === undefined ? {} : { signal })).catch(() => {
    throw new Error(`${what} was cancelled`);
  });

const release = (disposed: string[], name: string) => ({
  name,
  [Symbol.asyncDispose]: () => trackRemoval(async () => void disposed.push(name)),
});

describe("CallGroup", () => {
  it("cancels the calls of its caller, waits for them, and returns what they say", async () => {
    const group = new CallGroup("The test");
    const call = group.run(() =>
      trackCall(undefined, async (signal) => {
        await delay(60_000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
        throw new Error("Installing web was cancelled");
      }),
    );
    expect(await group.abandon({ reason: new Error("time is up"), isLost: true })).toEqual([
      "Installing web was cancelled",
    ]);
    await expect(call).rejects.toThrow("Installing web was cancelled");
  });

  it("keeps the callers of the same moment apart", async () => {
    const [one, other] = [new CallGroup("one"), new CallGroup("other")];
    const ended = one.run(() => waits("one").catch((error: Error) => error.message));
    let isDone = false;
    const lasting = other.run(async () => {
      await delay(1);
      await waits("other").catch(() => undefined);
      isDone = true;
    });
    await one.abandon({ reason: undefined, isLost: true });
    expect(await ended).toBe("one was cancelled");
    expect(isDone).toBe(false);
    await other.abandon({ reason: undefined, isLost: true });
    await lasting;
  });

  it("disposes of what the calls of a lost caller have made, last first, unless it is kept", async () => {
    const disposed: string[] = [];
    const group = new CallGroup("The test");
    await group.run(async () => {
      for (const name of ["first", "kept", "last"]) await trackCall(undefined, async () => release(disposed, name));
    });
    const isKept = (made: object) => (made as { name: string }).name === "kept";
    await group.abandon({ reason: undefined, isLost: true, isKept });
    expect(disposed).toEqual(["last", "first"]);
  });

  it("leaves what a failed caller has, and disposes of what comes too late for it", async () => {
    const disposed: string[] = [];
    const group = new CallGroup("The test");
    const late = await group.run(async () => {
      await trackCall(undefined, async () => release(disposed, "early"));
      return {
        call: trackCall(undefined, async (signal) => {
          await delay(60_000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
          return release(disposed, "late");
        }),
      };
    });
    await group.abandon({ reason: undefined, isLost: false });
    await expect(late.call).rejects.toMatchObject({ code: "SEATRIAL_CANCELLED" });
    expect(disposed).toEqual(["late"]);
  });

  it("refuses the later calls of a lost caller, except removals", async () => {
    const group = new CallGroup("The test");
    await group.abandon({ reason: undefined, isLost: true });
    const call = group.run(() => trackCall(undefined, async () => "made"));
    await expect(call).rejects.toThrow("The test has ended before its call");
    expect(await group.run(() => trackRemoval(async () => "removed"))).toBe("removed");
  });

  it("does not cancel what a call itself does to clean up", async () => {
    const group = new CallGroup("The test");
    const steps: string[] = [];
    const call = group.run(() =>
      trackCall(undefined, async (signal) => {
        await delay(60_000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
        // A helper that uses another helper.
        await trackCall(undefined, async (inner) => steps.push(`inner signal: ${inner?.aborted ?? "none"}`));
        throw new Error("cancelled");
      }),
    );
    await group.abandon({ reason: undefined, isLost: true });
    await expect(call).rejects.toThrow("cancelled");
    expect(steps).toEqual(["inner signal: none"]);
  });
});
