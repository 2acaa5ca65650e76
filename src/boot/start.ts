import { buildPathsFor } from "../engine/binary/build-paths.ts";
import { provideEngine } from "../engine/binary/provide-engine.ts";
import { launchEngine } from "../engine/run/launch-engine.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { type ControlPlaneCapabilities, engineCapabilities, toControlPlaneData } from "../plane/control-plane-data.ts";
import { emulatedVersions, sourceOfVersion } from "../plane/kubernetes-version.ts";
import { removeOrphans } from "../process/remove-orphans.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { applyStages } from "../simulation/apply-stages.ts";
import { readStages } from "../simulation/read-stages.ts";
import { hasNodes, writeSimulationFile } from "../simulation/simulation-options.ts";
import { isForNodes, type WireStage } from "../simulation/stage.ts";
import { Deadline } from "../util/deadline.ts";
import { type ControlPlaneOptions, checkControlPlaneOptions } from "./control-plane-options.ts";
import { type OpenedRealNode, prepareRealNode } from "./real-node.ts";
import { toControlPlane } from "./running-plane.ts";
import { startProvided } from "./start-provided.ts";

const STAGES = "startControlPlane: simulation.stages";

/** What only callers inside of seatrial choose. */
export interface StartChoice {
  /** Leaves out what only installed objects need. @default false */
  dryRunsOnly?: boolean;
}

/** See `startControlPlane`. */
export async function start(
  options: ControlPlaneOptions,
  { dryRunsOnly = false }: StartChoice = {},
): Promise<ControlPlane> {
  const { startTimeoutMs, provider, realNode, kubernetesVersion } = checkControlPlaneOptions(options);
  const { signal, onBuildProgress, onStep, logFile } = options;
  // Pods would be spread over simulated nodes and the real one: simulated nodes are there only when they are asked for.
  const simulation = realNode === undefined ? options.simulation : { nodes: [], ...options.simulation };
  const stages = simulation?.stages === undefined ? [] : await readStages(STAGES, simulation.stages);
  const { built, emulated } = sourceOfVersion(kubernetesVersion);
  const paths = buildPathsFor(built);
  const enginePath = options.enginePath ?? (await provideEngine({ onProgress: onBuildProgress, signal }, paths)).path;
  const prepared = realNode === undefined ? undefined : await prepareRealNode(realNode, { signal, onBuildProgress });
  await removeOrphans();
  if (provider !== undefined) return startProvided(provider, { enginePath, startTimeoutMs, logFile, signal, onStep });
  const dataDir = await makeTempDir("seatrial-");
  const startedAt = performance.now();
  const deadline = new Deadline(startTimeoutMs);
  let node: OpenedRealNode | undefined;
  try {
    node = await prepared?.open(dataDir.path);
    const simulationFile = simulation === undefined ? undefined : await writeSimulationFile(dataDir.path, simulation);
    const launch = { enginePath, dataDir: dataDir.path, logFile, simulationFile, signal, startTimeoutMs, onStep };
    const engine = await launchEngine({ ...launch, realNodeFile: node?.file, emulated, dryRunsOnly });
    try {
      const isSimulated = hasNodes(simulation) || stages.some(isForNodes);
      const realNode = await node?.start(engine, isSimulated, deadline);
      if (realNode !== undefined) onStep?.({ name: "real-node", elapsedMs: deadline.elapsedMs });
      const bootMs = Math.round(performance.now() - startedAt);
      const data = toControlPlaneData(engine, {
        dataDir: dataDir.path,
        capabilities: dryRunsOnly
          ? engineCapabilities("none", { simulates: false })
          : capabilitiesOf(isSimulated, realNode !== undefined),
        versions: emulatedVersions(engine.hello.kubernetes, kubernetesVersion),
      });
      const plane = toControlPlane({ engine, data, bootMs, provided: realNode });
      await applyOrStop(plane, stages);
      return plane;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  } catch (error) {
    await node?.discard();
    await dataDir.remove();
    throw error;
  }
}

function capabilitiesOf(isSimulated: boolean, hasRealNode: boolean): ControlPlaneCapabilities {
  if (isSimulated) return engineCapabilities("simulated", { hasRealNode });
  return engineCapabilities(hasRealNode ? "real" : "none", { hasRealNode, simulates: !hasRealNode });
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
