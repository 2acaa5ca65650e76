import { describe, expect, it } from "vitest";
import { timeoutsFor } from "../../../src/vitest/timeouts.ts";

const poll = { timeout: 30_000 };

describe("timeoutsFor", () => {
  it("raises vitest's own limits", () => {
    const config = { testTimeout: 5000, hookTimeout: 10_000 };
    expect(timeoutsFor({ config })).toEqual({ testTimeout: 60_000, hookTimeout: 60_000, expect: { poll } });
  });

  it("leaves the limits that the user has set", () => {
    const expected = { requireAssertions: true, poll: { interval: 10, timeout: 2000 } };
    expect(timeoutsFor({ config: { testTimeout: 90_000, hookTimeout: 7000, expect: expected } })).toEqual({});
  });

  it("keeps what else the user has set for expect", () => {
    const config = {
      testTimeout: 90_000,
      hookTimeout: 7000,
      expect: { requireAssertions: true, poll: { interval: 10 } },
    };
    expect(timeoutsFor({ config })).toEqual({
      expect: { requireAssertions: true, poll: { interval: 10, timeout: 30_000 } },
    });
  });

  it("does not let a poll last longer than its test", () => {
    expect(timeoutsFor({ config: { testTimeout: 20_000, hookTimeout: 20_000 } })).toEqual({});
  });
});
