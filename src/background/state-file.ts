import { readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { draftOf, writeFileAtomic } from "../util/write-file-atomic.ts";
import type { StatePaths } from "./state-directory.ts";

/** The control plane of `seatrial up`, as the state file describes it. */
export interface BackgroundPlane {
  schemaVersion: 1;
  /** The engine's program: `seatrial kubectl` and `helm` run the same one. */
  enginePath: string;
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
}

/** The content of the state file, `undefined` when it is missing or unreadable. The plane it describes may have ended. */
export async function readState(paths: StatePaths): Promise<BackgroundPlane | undefined> {
  try {
    const state = JSON.parse(await readFile(paths.stateFile, "utf8")) as BackgroundPlane;
    return state.schemaVersion === 1 && typeof state.data?.engineSocket === "string" ? state : undefined;
  } catch {
    return undefined;
  }
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
    if (entry.startsWith("data-")) await rm(join(paths.directory, entry), { recursive: true, force: true });
  }
}
