import { readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import type { EngineLocation } from "../engine/binary/engine-location.ts";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { isOwnerDead } from "../process/owner.ts";
import type { KnownProcess } from "../process/process-identity.ts";
import { removeOwn } from "../process/remove-own.ts";
import { draftOf, writeFileAtomic } from "../util/write-file-atomic.ts";
import { checkStateDirectory, type StatePaths } from "./state-directory.ts";

/** The control plane of `seatrial up`, as the state file describes it. */
export interface BackgroundPlane {
  schemaVersion: 1;
  /** The engine's program: `seatrial kubectl` and `helm` run the same one. */
  enginePath: string;
  engineSource?: EngineLocation["source"] | undefined;
  logFile: string;
  /** The link to the kubeconfig of whichever plane is up: the same path at every start. */
  kubeconfigPath: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** How long its start took, in milliseconds. */
  bootMs: number;
  /** The ids of the Stages that the last `seatrial up --stages` applied. */
  stageIds?: string[] | undefined;
  data: ControlPlaneData;
  /** When the engine's process was started, to recognize it: its id may belong to another process by now. */
  engineStart?: string | undefined;
  /** The process that keeps the control plane up, unless it is the engine's own. */
  keeper?: KnownProcess | undefined;
}

/**
 * The content of the state file, `undefined` when it is missing or not a state. The plane it describes may have ended. Rejects
 * with `SEATRIAL_DISK` when another user may have written it.
 */
export async function readState(paths: StatePaths): Promise<BackgroundPlane | undefined> {
  await checkStateDirectory(paths);
  try {
    const state = JSON.parse(await readFile(paths.stateFile, "utf8")) as BackgroundPlane;
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState({ schemaVersion, enginePath, data }: BackgroundPlane): boolean {
  const paths = [enginePath, data?.engineSocket, data?.kubeconfigPath, data?.dataDir];
  const hasPaths = paths.every((path) => typeof path === "string" && isAbsolute(path));
  return schemaVersion === 1 && hasPaths && Number.isInteger(data.pid) && data.pid > 1;
}

/** Replaces the link to the kubeconfig, then the state file. */
export async function writeState(paths: StatePaths, state: BackgroundPlane): Promise<void> {
  const link = draftOf(paths.kubeconfigPath);
  await symlink(relative(paths.directory, state.data.kubeconfigPath), link);
  await rename(link, paths.kubeconfigPath);
  await writeFileAtomic(paths.stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

/** Removes the state file and the data that a killed engine left. */
export async function removeState(paths: StatePaths): Promise<void> {
  await rm(paths.stateFile, { force: true });
  await rm(paths.kubeconfigPath, { force: true });
  for (const entry of await readdir(paths.directory).catch(() => [])) {
    if (entry.startsWith("data-") || isOwnerDead(entry)) await removeOwn(join(paths.directory, entry));
  }
}
