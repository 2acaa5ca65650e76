import { setTimeout as delay } from "node:timers/promises";
import { provideEngine } from "../engine/binary/provide-engine.ts";
import { launchEngine, type RunningEngine } from "../engine/run/launch-engine.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { type ControlPlaneData, toControlPlaneData } from "../plane/control-plane-data.ts";
import { makeControlPlane } from "../plane/control-plane-handle.ts";
import { removeOrphans } from "../process/remove-orphans.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { applyStages } from "../simulation/apply-stages.ts";
import { readStages } from "../simulation/read-stages.ts";
import { hasNodes, writeSimulationFile } from "../simulation/simulation-options.ts";
import { isForNodes, type WireStage } from "../simulation/stage.ts";
import { ENGINE_END_TIMEOUT_MS } from "../util/defaults.ts";
import { type ControlPlaneOptions, checkControlPlaneOptions } from "./control-plane-options.ts";
import { emitForcedStopWarning } from "./forced-stop-warning.ts";
import { leaveLastWords, toEndedError } from "./last-words.ts";

const STAGES = "startControlPlane: simulation.stages";

/** See `startControlPlane`. */
export async function start(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { startTimeoutMs } = checkControlPlaneOptions(options);
  const { signal, onBuildProgress, onStep, logFile, simulation } = options;
  const stages = simulation?.stages === undefined ? [] : await readStages(STAGES, simulation.stages);
  const enginePath = options.enginePath ?? (await provideEngine({ onProgress: onBuildProgress, signal })).path;
  await removeOrphans();
  const dataDir = await makeTempDir("seatrial-");
  const startedAt = performance.now();
  try {
    const simulationFile = simulation === undefined ? undefined : await writeSimulationFile(dataDir.path, simulation);
    const launch = { enginePath, dataDir: dataDir.path, logFile, simulationFile, signal, startTimeoutMs, onStep };
    const engine = await launchEngine(launch);
    try {
      const bootMs = Math.round(performance.now() - startedAt);
      const canSchedule = hasNodes(simulation) || stages.some(isForNodes);
      const data = toControlPlaneData(engine, dataDir.path, canSchedule ? "simulated" : "none");
      const plane = await toControlPlane(engine, data, bootMs);
      await applyOrStop(plane, stages);
      return plane;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  } catch (error) {
    await dataDir.remove();
    throw error;
  }
}

async function applyOrStop(plane: ControlPlane, stages: readonly WireStage[]): Promise<void> {
  if (stages.length === 0) return;
  try {
    await applyStages(STAGES, plane, stages);
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

async function toControlPlane(engine: RunningEngine, data: ControlPlaneData, bootMs: number): Promise<ControlPlane> {
  const { pid, dataDir } = data;
  let isStopping = false;
  let removeLastWords: (() => Promise<void>) | undefined;
  const lastWords = engine.ended.then(async ({ exitCode, signal, reason, shortage }) => {
    const words = { exitCode, signal, reason, shortage, outputTail: engine.outputTail() };
    if (!isStopping) removeLastWords = await leaveLastWords(dataDir, words).catch(() => undefined);
    return words;
  });
  const explain = async (cause: Error) => {
    // A connection breaks a moment before the end of the process is known. Node must not exit while the caller waits for this.
    const words = await Promise.race([lastWords, delay(ENGINE_END_TIMEOUT_MS)]);
    return words === undefined ? undefined : toEndedError(pid, words, cause);
  };
  const stop = async () => {
    isStopping = true;
    const { isForced } = await engine.stop();
    await lastWords;
    await removeLastWords?.();
    if (isForced) emitForcedStopWarning(pid);
  };
  const ended = lastWords.then(({ exitCode, signal }) => ({ exitCode, signal }));
  return makeControlPlane({ data, bootMs, ended, explain, stop });
}
