import { setTimeout as delay } from "node:timers/promises";
import { EngineClient } from "../engine/engine-client.ts";
import { launchEngine } from "../engine/run/launch-engine.ts";
import { HelmClient } from "../helm/helm-client.ts";
import { removeOrphans } from "../process/remove-orphans.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { ENGINE_END_TIMEOUT_MS } from "../util/defaults.ts";
import { toEndedError } from "./last-words.ts";

/** An engine without a control plane: its Helm reads, lints and renders charts. It ends with this process. */
export interface ChartEngine extends AsyncDisposable {
  /** Of its verbs, `lint`, `template`, `dependencyList` and `dependencyBuild` work. */
  readonly helm: HelmClient;
  /** The version of Kubernetes that the engine contains: `v1.37.2`. */
  readonly kubernetes: string;
  /** Process id of the engine. */
  readonly pid: number;
}

/** How {@link startChartEngine} starts. */
export interface ChartEngineOptions {
  /** The engine's executable file, as `provideEngine` found it. */
  enginePath: string;
  signal?: AbortSignal | undefined;
}

/** Starts an engine that only renders charts, in a tenth of the time of a control plane. Rejects as `launchEngine` does. */
export async function startChartEngine({ enginePath, signal }: ChartEngineOptions): Promise<ChartEngine> {
  await removeOrphans();
  const dataDir = await makeTempDir("seatrial-");
  const engine = await launchEngine({ enginePath, dataDir: dataDir.path, chartsOnly: true, signal }).catch(
    async (error: unknown) => {
      await dataDir.remove();
      throw error;
    },
  );
  const explain = async (cause: Error) => {
    const end = await Promise.race([engine.ended, delay(ENGINE_END_TIMEOUT_MS)]);
    return end === undefined ? undefined : toEndedError(engine.pid, { ...end, outputTail: engine.outputTail() }, cause);
  };
  const client = new EngineClient({ socketPath: engine.ready.engineSocket, explain });
  return {
    helm: new HelmClient(client),
    kubernetes: engine.hello.kubernetes,
    pid: engine.pid,
    [Symbol.asyncDispose]: async () => {
      client.close();
      await engine.stop();
    },
  };
}
