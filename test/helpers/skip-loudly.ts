import type { TestContext } from "vitest";

/** Skips a test and prints why: a reporter that lists no skipped tests would leave only their number. */
export function skipLoudly({ skip, task }: Pick<TestContext, "skip" | "task">, reason: string): never {
  console.warn(`SKIPPED ${task.name}: ${reason}`);
  return skip(reason);
}
