import { stat } from "node:fs/promises";
import type { EngineLocation } from "../engine/binary/engine-location.ts";
import { EngineClient } from "../engine/engine-client.ts";
import { stopEngineByPid } from "../engine/run/stop-engine.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { isOfVersion } from "../plane/kubernetes-version.ts";
import { isLocked } from "../process/file-lock.ts";
import { isSameProcess, type KnownProcess } from "../process/process-identity.ts";
import type { WireStage } from "../simulation/stage.ts";
import { clearStateDirectory, removeStateDirectory } from "./clear-state-directory.ts";
import { type LaunchOptions, launchPlane, loadStageTools } from "./launch-plane.ts";
import { lockState } from "./lock-state.ts";
import { makeStateDirectory, type StatePaths, statePaths } from "./state-directory.ts";
import { type BackgroundPlane, readState, removeState, writeState } from "./state-file.ts";
import { stopKeeper } from "./stop-keeper.ts";

// Longer than a start may take: a waiting process gets the plane that another one starts.
const LOCK_SILENCE_MS = 90_000;
const LONG_WAIT_MS = 3000;
// An engine that is to be stopped need not be waited for: a slow one ends all the same.
const STOP_ANSWER_TIMEOUT_MS = 2000;

/** How {@link startBackgroundPlane} starts. */
export interface StartBackgroundOptions extends LaunchOptions {
  /** Finds or builds the engine; called only when no plane is up. */
  provideEngine: () => Promise<EngineLocation>;
  /** Applied in place of the Stages of an earlier call; without any, those of the earlier call stay. @default none */
  stages?: readonly WireStage[] | undefined;
  /** Called once with a sentence when another process has kept the state locked for 3 s. */
  onWait?: ((sentence: string) => void) | undefined;
}

/**
 * The background plane, started unless it is up; of several concurrent calls, one starts it and all get it. It keeps running
 * when this process ends. Rejects as `launchEngine` does, and with `SEATRIAL_USAGE` for invalid Stages.
 */
export async function startBackgroundPlane(
  options: StartBackgroundOptions,
): Promise<{ plane: BackgroundPlane; isNew: boolean }> {
  const paths = statePaths();
  const { stages = [] } = options;
  const running = await findBackgroundPlane();
  if (running !== undefined) throwIfOther(running, options);
  if (running !== undefined && stages.length === 0) return { plane: running, isNew: false };
  await makeStateDirectory(paths);
  const engine = running === undefined ? await options.provideEngine() : undefined;
  return withLock(paths, options, async () => {
    const started = await findBackgroundPlane();
    if (started !== undefined) throwIfOther(started, options);
    if (started !== undefined) return { plane: await replaceStages(paths, started, stages), isNew: false };
    await removeState(paths);
    return { plane: await launchPlane(paths, engine ?? (await options.provideEngine()), options), isNew: true };
  });
}

/** How {@link findBackgroundPlane} looks. */
export interface FindBackgroundOptions {
  /** How long the engine may take to answer, in milliseconds. @default 10000 */
  answerTimeoutMs?: number | undefined;
}

/**
 * The background plane when it is up: its socket answers, and with the id of the process that was started. Rejects with
 * `SEATRIAL_DISK` when another user may have written its state.
 */
export async function findBackgroundPlane(options: FindBackgroundOptions = {}): Promise<BackgroundPlane | undefined> {
  const state = await readState(statePaths());
  if (state === undefined) return undefined;
  const info = await new EngineClient({ socketPath: state.data.engineSocket }).findInfo(options.answerTimeoutMs);
  return info?.pid === state.data.pid ? state : undefined;
}

/** The plane that {@link stopBackgroundPlane} stopped. */
export interface StoppedBackground {
  plane: BackgroundPlane;
  /** Whether its engine had to be killed because it did not end in time. */
  isForced: boolean;
}

/**
 * Stops the background plane and removes its state and the files of its tools; `undefined` when none was up. Also cleans up
 * after a killed engine.
 */
export async function stopBackgroundPlane(
  options: Pick<StartBackgroundOptions, "onWait"> = {},
): Promise<StoppedBackground | undefined> {
  const paths = statePaths();
  // Another process is starting it.
  if ((await readState(paths)) === undefined && (await isLocked(paths.lockFile))) return undefined;
  if ((await stat(paths.directory).catch(() => undefined)) === undefined) return undefined;
  const stopped = await withLock(paths, options, async () => {
    let hasAnswered = true;
    const running = await findBackgroundPlane({ answerTimeoutMs: STOP_ANSWER_TIMEOUT_MS }).catch((error: unknown) => {
      if (!(error instanceof SeatrialError) || error.code !== "SEATRIAL_ENGINE_SERVICE") throw error;
      // A process listens on the socket and does not answer: an engine that hangs is stopped like a healthy one.
      hasAnswered = false;
      return readState(paths);
    });
    const isUp = running !== undefined && isSameProcess(engineOf(running));
    if (running !== undefined && !isUp && hasAnswered) throw notVisible(running.data.pid);
    const keeper = (running ?? (await readState(paths)))?.keeper;
    const end = isUp ? await stopEngineByPid(engineOf(running)) : undefined;
    // It ends the provider's programs when its engine has ended.
    if (keeper !== undefined) await stopKeeper(keeper);
    await removeState(paths);
    await clearStateDirectory(paths);
    return isUp ? { plane: running, isForced: end?.isForced ?? false } : undefined;
  });
  await removeStateDirectory(paths);
  return stopped;
}

function throwIfOther({ data }: BackgroundPlane, { provider, realNode, kubernetesVersion }: LaunchOptions): void {
  const name = typeof provider === "object" ? provider.name : provider;
  const hint = "run `seatrial down` first";
  if (name !== undefined && name !== data.provider) {
    throw new UsageError(`A control plane of the provider ${data.provider} is up already; asked for was ${name}`, {
      hint,
    });
  }
  if (realNode !== undefined && data.capabilities.pods !== "real") {
    throw new UsageError("A control plane without a real node is up already", { hint });
  }
  const { kubernetes } = data.versions;
  if (kubernetesVersion !== undefined && !isOfVersion(kubernetes, kubernetesVersion)) {
    throw new UsageError(
      `A control plane of Kubernetes ${kubernetes} is up already; asked for was ${kubernetesVersion}`,
      { hint },
    );
  }
}

function engineOf({ data, enginePath, engineStart }: BackgroundPlane): KnownProcess {
  return { pid: data.pid, start: engineStart, executable: enginePath };
}

function notVisible(pid: number): SeatrialError {
  const message = `The control plane cannot be stopped from here: it answers, but its process ${pid} is not visible`;
  return new SeatrialError("SEATRIAL_ENGINE_SERVICE", message, {
    hint: "run `seatrial down` in the container, or on the machine, in which it was started",
  });
}

type LockOptions = Pick<StartBackgroundOptions, "signal" | "onWait">;

async function withLock<Value>(
  paths: StatePaths,
  { signal, onWait: onLongWait }: LockOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  const startedAt = performance.now();
  let hasReported = false;
  const onWait = (_progress: unknown, pid: number | undefined) => {
    if (hasReported || performance.now() - startedAt < LONG_WAIT_MS) return;
    hasReported = true;
    const owner = pid === undefined ? "a process that is not named" : `process ${pid}`;
    onLongWait?.(`Waiting for ${owner}, which starts or stops a control plane and has locked ${paths.lockFile}`);
  };
  const lock = await lockState(paths, paths.lockFile, { signal, silenceMs: LOCK_SILENCE_MS, onWait });
  try {
    return await work();
  } finally {
    await lock.unlock();
  }
}

async function replaceStages(
  paths: StatePaths,
  plane: BackgroundPlane,
  stages: readonly WireStage[],
): Promise<BackgroundPlane> {
  if (stages.length === 0) return plane;
  const { applyStages, attachControlPlane, removeStages } = await loadStageTools();
  const attached = attachControlPlane(plane.data);
  const stageIds = await applyStages("seatrial up --stages", attached, stages);
  await removeStages(attached, plane.stageIds ?? []);
  const state = { ...plane, stageIds };
  await writeState(paths, state);
  return state;
}
