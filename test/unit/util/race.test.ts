import { describe, expect, it } from "vitest";
import { Deadline } from "../../../src/util/deadline.ts";
import { pollUntil } from "../../../src/util/poll.ts";
import { race } from "../../../src/util/race.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const never = new Promise<never>(() => undefined);

describe("race", () => {
  it("resolves with the value of the promise", async () => {
    expect(await race(Promise.resolve("done"), { deadline: new Deadline(1000), ended: never })).toBe("done");
  });

  it("rejects with the timeout error at the deadline", async () => {
    const deadline = new Deadline(20);
    const onTimeout = () => new Error(`late, expired: ${deadline.isExpired}`);
    expect(await rejectionOf(race(never, { deadline, onTimeout }))).toMatchObject({ message: "late, expired: true" });
  });

  it("never times out when the deadline is infinite", async () => {
    const deadline = new Deadline(Number.POSITIVE_INFINITY);
    expect(await race(Promise.resolve(1), { deadline })).toBe(1);
    expect(deadline.isExpired).toBe(false);
  });

  it("rejects when the process ends first", async () => {
    const error = await rejectionOf(
      race(never, { ended: Promise.reject(new Error("ended")), deadline: new Deadline(500) }),
    );
    expect(error.message).toBe("ended");
  });

  it("rejects as cancelled with the signal's reason, before and during the wait", async () => {
    const cancelled = { code: "SEATRIAL_CANCELLED", cause: "enough" };
    expect(await rejectionOf(race(never, { signal: AbortSignal.abort("enough") }))).toMatchObject(cancelled);
    const abort = new AbortController();
    const waiting = race(never, { signal: abort.signal });
    abort.abort("enough");
    expect(await rejectionOf(waiting)).toMatchObject(cancelled);
  });
});

describe("pollUntil", () => {
  it("resolves with the first answer that is not undefined", async () => {
    let probes = 0;
    const probe = () => (++probes === 3 ? "there" : undefined);
    expect(await pollUntil(probe, { timeoutMs: 5000, intervalMs: 1, waitingFor: "it" })).toBe("there");
  });

  it("says what it waited for and what it saw last", async () => {
    const error = await rejectionOf(
      pollUntil(() => undefined, { timeoutMs: 20, intervalMs: 5, waitingFor: "the ship", lastSeen: () => "fog" }),
    );
    expect(error).toMatchObject({ code: "SEATRIAL_TIMEOUT", waitingFor: "the ship", lastSeen: "fog" });
    expect(error.message.replace(/\d+ ms/, "N ms")).toBe("Timed out after N ms waiting for the ship\n  last seen: fog");
  });

  it("probes once more at the deadline", async () => {
    const deadline = new Deadline(30);
    const probe = () => (deadline.isExpired ? "late but there" : undefined);
    expect(await pollUntil(probe, { timeoutMs: 31, intervalMs: 10_000, waitingFor: "it" })).toBe("late but there");
  });

  it("ends immediately when the signal aborts", async () => {
    const abort = new AbortController();
    const waiting = pollUntil(() => undefined, {
      timeoutMs: 60_000,
      intervalMs: 60_000,
      waitingFor: "it",
      signal: abort.signal,
    });
    abort.abort();
    expect(await rejectionOf(waiting)).toMatchObject({ code: "SEATRIAL_CANCELLED" });
  });

  it("ends with the probe's own error", async () => {
    const probe = () => Promise.reject(new Error("broken"));
    expect((await rejectionOf(pollUntil(probe, { timeoutMs: 1000, waitingFor: "it" }))).message).toBe("broken");
  });
});
