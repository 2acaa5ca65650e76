import type { TestContext } from "vitest";

/** Skips a test and prints the reason, because most reporters only count skipped tests. */
export function skipLoudly({ skip, task }: Pick<TestContext, "skip" | "task">, reason: string): never {
  console.warn(`SKIPPED ${task.name}: ${reason}`);
  return skip(reason);
}
