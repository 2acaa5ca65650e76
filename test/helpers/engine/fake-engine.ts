import { onTestFinished } from "vitest";
import { type LaunchEngineOptions, launchEngine, type RunningEngine } from "../../../src/engine/run/launch-engine.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** The path of a fake engine in fixtures/processes. */
export function fakeEngine(name: string): string {
  return repositoryPath(`fixtures/processes/${name}.mjs`);
}

/** Launches a fake engine in a directory of its own; both are gone when the test has finished. */
export async function launchFake(name: string, options: Partial<LaunchEngineOptions> = {}): Promise<RunningEngine> {
  const { path: dataDir, remove } = await makeTempDir();
  onTestFinished(remove);
  const engine = await launchEngine({ enginePath: fakeEngine(name), dataDir, startTimeoutMs: 10_000, ...options });
  onTestFinished(async () => {
    await engine.stop();
  });
  return engine;
}
