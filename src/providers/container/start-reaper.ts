import { setTimeout as delay } from "node:timers/promises";
import type * as Testcontainers from "testcontainers";
import type { Runtime } from "./runtime.ts";

const START_TIMEOUT_MS = 20_000;

/**
 * Starts Ryuk, the container by which testcontainers removes what a killed process has left, unless one runs. Resolves with whether
 * there is one: its image may be out of reach, and `TESTCONTAINERS_RYUK_DISABLED` forbids it. Never rejects.
 */
export async function startReaper({ getReaper }: typeof Testcontainers, runtime: Runtime): Promise<boolean> {
  const started = getReaper(runtime).then(
    () => true,
    () => false,
  );
  // The pull of its image has no time limit.
  return Promise.race([started, delay(START_TIMEOUT_MS, false, { ref: false })]);
}
