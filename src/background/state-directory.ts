import { chmod, lstat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { findDistrust } from "../process/distrust.ts";
import { toDiskError } from "../util/disk-error.ts";
import { homeDir } from "../util/home-dir.ts";
import { makeDir } from "../util/make-dir.ts";

// Each stop removes the directory once.
const MAX_ATTEMPTS = 10;

/** The paths of the background plane. */
export interface StatePaths {
  directory: string;
  stateFile: string;
  lockFile: string;
  logFile: string;
  /** A link to the kubeconfig in the data directory of the plane that is up. */
  kubeconfigPath: string;
  /** The start that nobody waits for, and its output. */
  startFile: string;
  startLog: string;
}

/**
 * The paths of the background plane; nothing is created.
 * `stateDir` defaults to `SEATRIAL_STATE_DIR`, `$XDG_STATE_HOME/seatrial` or `~/.local/state/seatrial`.
 */
export function statePaths(stateDir = defaultStateDir()): StatePaths {
  const directory = join(resolve(stateDir), "default");
  return {
    directory,
    stateFile: join(directory, "state.json"),
    lockFile: join(directory, "lock"),
    logFile: join(directory, "engine.log"),
    kubeconfigPath: join(directory, "kubeconfig"),
    startFile: join(directory, "start.json"),
    startLog: join(directory, "start.log"),
  };
}

function defaultStateDir(): string {
  const { SEATRIAL_STATE_DIR, XDG_STATE_HOME } = process.env;
  if (SEATRIAL_STATE_DIR !== undefined && SEATRIAL_STATE_DIR !== "") return SEATRIAL_STATE_DIR;
  // The XDG convention: a relative path is to be ignored.
  if (XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, "seatrial");
  return join(homeDir(), ".local", "state", "seatrial");
}

/**
 * Creates the state directory, private to this user, with mode 0700. Rejects with `SEATRIAL_DISK` when it cannot be created or
 * when another user may change it.
 */
export async function makeStateDirectory(paths: StatePaths): Promise<void> {
  const { directory } = paths;
  for (let attempt = 1; ; attempt++) {
    await makeDir(directory).catch((error: unknown) => {
      const what = `The state directory ${directory} cannot be created`;
      throw toDiskError(error, what, "set SEATRIAL_STATE_DIR to a writable directory");
    });
    await checkStateDirectory(paths);
    try {
      await chmod(directory, 0o700);
      return;
    } catch (error) {
      // A stop that ended in the meantime has removed it.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/**
 * Rejects with `SEATRIAL_DISK` when another user owns or may write the state directory or one of the files that are believed.
 * What they contain decides which programs are run and which processes are ended.
 */
export async function checkStateDirectory(paths: StatePaths): Promise<void> {
  for (const path of [paths.directory, paths.stateFile, paths.startFile]) {
    const problem = (await findDistrust(path)) ?? (path === paths.directory ? undefined : await findOddity(path));
    if (problem === undefined) continue;
    throw new SeatrialError("SEATRIAL_DISK", `The state of \`seatrial up\` is not used: ${problem}`, {
      hint: "set SEATRIAL_STATE_DIR to a directory of your own, in a directory that only you can write",
    });
  }
}

async function findOddity(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found === undefined || found.isFile() ? undefined : `${path} is not a regular file`;
}
