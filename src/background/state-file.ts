import { chmod, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { toDiskError } from "../util/disk-error.ts";
import { homeDir } from "../util/home-dir.ts";
import { makeDir } from "../util/make-dir.ts";

/** The control plane that `seatrial up` keeps, as its state file has it. */
export interface BackgroundPlane {
  schemaVersion: 1;
  name: string;
  /** The engine's program: `seatrial kubectl` and `helm` run the same. */
  enginePath: string;
  logFile: string;
  /** Where the kubeconfig of whichever plane is up is found: the same path at every start. */
  kubeconfigPath: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** How long its start took, in milliseconds. */
  bootMs: number;
  /** The ids of the Stages that `seatrial up --stages` has put in force last. */
  stageIds?: string[] | undefined;
  data: ControlPlaneData;
}

/** Which background plane. */
export interface BackgroundOptions {
  /** @default "default" */
  name?: string | undefined;
  /**
   * Where the state is kept, with mode 0700.
   * @default `SEATRIAL_STATE_DIR`, `$XDG_STATE_HOME/seatrial` or `~/.local/state/seatrial`
   */
  stateDir?: string | undefined;
}

/** The paths of one background plane. */
export interface StatePaths {
  folder: string;
  stateFile: string;
  lockFile: string;
  logFile: string;
  /** A link to the kubeconfig in the data folder of the plane that is up. */
  kubeconfigPath: string;
  /** The start that nobody waits for, and what it writes. */
  startFile: string;
  startLog: string;
  /** Folders of engines are made in here; each engine removes its own. */
  dataRoot: string;
}

/** The paths of a background plane; nothing is made. */
export function statePaths({ name = "default", stateDir = defaultStateDir() }: BackgroundOptions = {}): StatePaths {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) {
    throw new UsageError(`The name of a control plane must be lower-case letters, digits and dashes, got "${name}"`);
  }
  const folder = join(resolve(stateDir), name);
  return {
    folder,
    stateFile: join(folder, "state.json"),
    lockFile: join(folder, "lock"),
    logFile: join(folder, "engine.log"),
    kubeconfigPath: join(folder, "kubeconfig"),
    startFile: join(folder, "start.json"),
    startLog: join(folder, "start.log"),
    dataRoot: folder,
  };
}

function defaultStateDir(): string {
  const { SEATRIAL_STATE_DIR, XDG_STATE_HOME } = process.env;
  if (SEATRIAL_STATE_DIR !== undefined && SEATRIAL_STATE_DIR !== "") return SEATRIAL_STATE_DIR;
  // The XDG convention: a relative path is to be ignored.
  if (XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, "seatrial");
  return join(homeDir(), ".local", "state", "seatrial");
}

/** Makes the folder, private to this user. Rejects with `SEATRIAL_USAGE` when it belongs to somebody else, `SEATRIAL_DISK`. */
export async function makeStateFolder(paths: StatePaths): Promise<void> {
  await makeDir(paths.folder).catch((error: unknown) => {
    const what = `The state folder ${paths.folder} cannot be made`;
    throw toDiskError(error, what, "set SEATRIAL_STATE_DIR to a folder that can be written");
  });
  const { uid } = await stat(paths.folder);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new UsageError(`The state folder ${paths.folder} belongs to another user (uid ${uid})`, {
      hint: "set SEATRIAL_STATE_DIR to a folder of your own",
    });
  }
  await chmod(paths.folder, 0o700);
}

/** What the state file says; `undefined` when there is none or it cannot be understood. It says nothing about life. */
export async function readState(paths: StatePaths): Promise<BackgroundPlane | undefined> {
  try {
    const state = JSON.parse(await readFile(paths.stateFile, "utf8")) as BackgroundPlane;
    return state.schemaVersion === 1 && typeof state.data?.engineSocket === "string" ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the state file at once, so that nobody reads half of it, after the link to the kubeconfig. */
export async function writeState(paths: StatePaths, state: BackgroundPlane): Promise<void> {
  const link = `${paths.kubeconfigPath}.${process.pid}`;
  await symlink(relative(paths.folder, state.data.kubeconfigPath), link);
  await rename(link, paths.kubeconfigPath);
  const draft = `${paths.stateFile}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, paths.stateFile);
}

/** Removes the state file and what an engine that was killed left of its data. */
export async function removeState(paths: StatePaths): Promise<void> {
  await rm(paths.stateFile, { force: true });
  await rm(paths.kubeconfigPath, { force: true });
  for (const entry of await readdir(paths.folder).catch(() => [])) {
    if (entry.startsWith("data-")) await rm(join(paths.folder, entry), { recursive: true, force: true });
  }
}
