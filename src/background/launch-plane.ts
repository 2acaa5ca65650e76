import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EngineLocation } from "../engine/binary/engine-location.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { engineCapabilities, toControlPlaneData } from "../plane/control-plane-data.ts";
import { emulatedVersions, sourceOfVersion } from "../plane/kubernetes-version.ts";
import { startOf } from "../process/process-identity.ts";
import type { ProviderOption } from "../providers/provider-options.ts";
import type { RealNodeOptions } from "../real-node/real-node-options.ts";
import type { WireStage } from "../simulation/stage.ts";
import type { StatePaths } from "./state-directory.ts";
import { type BackgroundPlane, writeState } from "./state-file.ts";

/** How {@link launchPlane} starts a control plane. */
export interface LaunchOptions {
  /** @default the engine's own */
  provider?: ProviderOption | undefined;
  /** The version of Kubernetes: to emulate, such as `1.35`, or of the engine, such as `1.35.4`. @default the engine's own */
  kubernetesVersion?: string | undefined;
  /** A node with real containers. @default none */
  realNode?: RealNodeOptions | undefined;
  onStep?: ((step: string) => void) | undefined;
  stages?: readonly WireStage[] | undefined;
  signal?: AbortSignal | undefined;
}

/** What has been started, and how to keep or end it. */
interface Launched extends Pick<BackgroundPlane, "bootMs" | "data" | "keeper"> {
  detach(): Promise<void>;
  stop(): Promise<unknown>;
}

// Linux allows 108 bytes with the terminating zero, macOS 104.
const MAX_SOCKET_PATH_BYTES = 103;

/** Starts a control plane that outlives this process, and writes its state. */
export async function launchPlane(
  paths: StatePaths,
  engine: EngineLocation,
  options: LaunchOptions,
): Promise<BackgroundPlane> {
  const { stages = [], provider, realNode } = options;
  // A log of the last run only: the engine appends.
  await rm(paths.logFile, { force: true });
  const isOwn = (provider === undefined || provider === "engine") && realNode === undefined;
  const running = isOwn ? await launchOwn(paths, engine, options) : await launchKept(paths, engine, options);
  const state: BackgroundPlane = {
    schemaVersion: 1,
    enginePath: engine.path,
    engineSource: engine.source,
    logFile: paths.logFile,
    kubeconfigPath: paths.kubeconfigPath,
    startedAt: new Date().toISOString(),
    bootMs: running.bootMs,
    data: running.data,
    engineStart: startOf(running.data.pid),
    ...(running.keeper === undefined ? {} : { keeper: running.keeper }),
  };
  try {
    if (stages.length > 0) {
      const { applyStages, attachControlPlane } = await loadStageTools();
      state.stageIds = await applyStages("seatrial up --stages", attachControlPlane(state.data), stages);
    }
    await writeState(paths, state);
    // Only now: a control plane without a state file must end with this process.
    await running.detach();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return state;
}

async function launchOwn(
  paths: StatePaths,
  { path: enginePath }: EngineLocation,
  { onStep, signal, kubernetesVersion }: LaunchOptions,
): Promise<Launched> {
  const dataDir = await mkdtemp(join(paths.directory, "data-"));
  throwIfTooLong(join(dataDir, "engine.sock"));
  const { launchEngine } = await import("../engine/run/launch-engine.ts");
  const running = await launchEngine({
    enginePath,
    dataDir,
    isDetachable: true,
    logFile: paths.logFile,
    emulated: sourceOfVersion(kubernetesVersion).emulated,
    onStep: (step) => onStep?.(step.name),
    signal,
  });
  return {
    bootMs: running.ready.elapsedMs,
    data: toControlPlaneData(running, {
      dataDir,
      capabilities: engineCapabilities("simulated"),
      versions: emulatedVersions(running.hello.kubernetes, kubernetesVersion),
    }),
    detach: () => running.detach(),
    stop: () => running.stop(),
  };
}

async function launchKept(
  { logFile }: StatePaths,
  { path: enginePath }: EngineLocation,
  { onStep, signal, provider, realNode }: LaunchOptions,
): Promise<Launched> {
  const { startKeeper } = await import("./start-keeper.ts");
  return startKeeper({ provider, realNode, enginePath, logFile, onStep, signal });
}

// The Kubernetes client takes longer to load than `seatrial status` runs, and only Stages need it.
export async function loadStageTools() {
  const [{ attachControlPlane }, { applyStages, removeStages }] = await Promise.all([
    import("../boot/attach-control-plane.ts"),
    import("../simulation/apply-stages.ts"),
  ]);
  return { attachControlPlane, applyStages, removeStages };
}

function throwIfTooLong(socket: string): void {
  const lengthBytes = Buffer.byteLength(socket);
  if (lengthBytes <= MAX_SOCKET_PATH_BYTES) return;
  throw new SeatrialError(
    "SEATRIAL_USAGE",
    `The path of the engine's socket would be ${lengthBytes} bytes long; the system allows ${MAX_SOCKET_PATH_BYTES}: ${socket}`,
    { hint: "set SEATRIAL_STATE_DIR to a shorter path" },
  );
}
