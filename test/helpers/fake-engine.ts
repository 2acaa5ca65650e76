import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type LaunchEngineOptions, launchEngine, type RunningEngine } from "../../src/engine/run/launch-engine.ts";
import { isRunning } from "../../src/process/process-group.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { pollUntil } from "../../src/util/poll.ts";

/** The path of a fake engine in fixtures/processes. */
export function fakeEngine(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/processes/${name}.mjs`, import.meta.url));
}

/** Launches a fake engine in a folder of its own; both are gone when the test has finished. */
export async function launchFake(name: string, options: Partial<LaunchEngineOptions> = {}): Promise<RunningEngine> {
  const { path: dataDir, remove } = await makeTempDir();
  onTestFinished(remove);
  const engine = await launchEngine({ enginePath: fakeEngine(name), dataDir, startTimeoutMs: 10_000, ...options });
  onTestFinished(async () => {
    await engine.stop();
  });
  return engine;
}

/** Resolves when the process is gone. */
export async function waitUntilGone(pid: number, timeoutMs = 2000): Promise<void> {
  await pollUntil(() => (isRunning(pid) ? undefined : true), { timeoutMs, waitingFor: `process ${pid} to end` });
}

/** The error that the promise rejects with; the test fails when it does not. */
export async function rejectionOf<Failure = Error>(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  throw new Error("the promise was expected to reject, but it resolved");
}
