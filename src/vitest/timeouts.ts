import type { TestProject } from "vitest/node";

/** Time limits for vitest, in milliseconds; absent where the user has set one. */
export interface Timeouts {
  testTimeout?: number;
  hookTimeout?: number;
  expect?: { poll: { timeout: number } };
}

/** An installation that waits takes longer than the 5 s and 10 s that vitest gives to a test and a hook. */
const TIMEOUT_MS = 60_000;
/** Controllers, for which most calls of `expect.poll` wait, may need longer than the second that vitest gives them. */
const POLL_TIMEOUT_MS = 30_000;
const VITEST_TEST_TIMEOUT_MS = 5_000;
const VITEST_HOOK_TIMEOUT_MS = 10_000;

/**
 * The time limits for a project where it has vitest's own: one minute, and 30 s for `expect.poll` in tests that may take longer
 * than that.
 */
export function timeoutsFor({ config }: { config?: Partial<TestProject["config"]> }): Timeouts {
  const timeouts: Timeouts = {};
  if (config?.testTimeout === VITEST_TEST_TIMEOUT_MS) timeouts.testTimeout = TIMEOUT_MS;
  if (config?.hookTimeout === VITEST_HOOK_TIMEOUT_MS) timeouts.hookTimeout = TIMEOUT_MS;
  const { testTimeout = config?.testTimeout ?? VITEST_TEST_TIMEOUT_MS } = timeouts;
  if (config?.expect?.poll?.timeout === undefined && testTimeout > POLL_TIMEOUT_MS) {
    timeouts.expect = { ...config?.expect, poll: { ...config?.expect?.poll, timeout: POLL_TIMEOUT_MS } };
  }
  return timeouts;
}
