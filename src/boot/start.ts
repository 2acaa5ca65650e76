import { provideEngine } from "../engine/binary/provide-engine.ts";
import { launchEngine } from "../engine/run/launch-engine.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { engineCapabilities, toControlPlaneData } from "../plane/control-plane-data.ts";
import { removeOrphans } from "../process/remove-orphans.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { applyStages } from "../simulation/apply-stages.ts";
import { readStages } from "../simulation/read-stages.ts";
import { hasNodes, writeSimulationFile } from "../simulation/simulation-options.ts";
import { isForNodes, type WireStage } from "../simulation/stage.ts";
import { type ControlPlaneOptions, checkControlPlaneOptions } from "./control-plane-options.ts";
import { toControlPlane } from "./running-plane.ts";
import { startProvided } from "./start-provided.ts";

const STAGES = "startControlPlane: simulation.stages";

/** See `startControlPlane`. */
export async function start(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { startTimeoutMs, provider } = checkControlPlaneOptions(options);
  const { signal, onBuildProgress, onStep, logFile, simulation } = options;
  const stages = simulation?.stages === undefined ? [] : await readStages(STAGES, simulation.stages);
  const enginePath = options.enginePath ?? (await provideEngine({ onProgress: onBuildProgress, signal })).path;
  await removeOrphans();
  if (provider !== undefined) return startProvided(provider, { enginePath, startTimeoutMs, logFile, signal, onStep });
  const dataDir = await makeTempDir("seatrial-");
  const startedAt = performance.now();
  try {
    const simulationFile = simulation === undefined ? undefined : await writeSimulationFile(dataDir.path, simulation);
    const launch = { enginePath, dataDir: dataDir.path, logFile, simulationFile, signal, startTimeoutMs, onStep };
    const engine = await launchEngine(launch);
    try {
      const bootMs = Math.round(performance.now() - startedAt);
      const canSchedule = hasNodes(simulation) || stages.some(isForNodes);
      const data = toControlPlaneData(engine, {
        dataDir: dataDir.path,
        capabilities: engineCapabilities(canSchedule ? "simulated" : "none"),
      });
      const plane = toControlPlane({ engine, data, bootMs });
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
