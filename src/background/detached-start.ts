import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { acquireLock } from "../process/file-lock.ts";
import { isRunning, signalGroup } from "../process/process-group.ts";
import { readFileTail } from "../process/read-file-tail.ts";
import { spawnDetached } from "../process/spawn-detached.ts";
import { packageRoot } from "../util/package-root.ts";
import { pollUntil } from "../util/poll.ts";
import { type BackgroundOptions, makeStateFolder, type StatePaths, statePaths } from "./state-file.ts";

/** A start of the background plane that nobody waits for. */
export interface BackgroundStart {
  /** The process that builds the engine, if it must, and starts the plane. */
  pid: number;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** What it has written: the progress of a build, and why it failed. */
  logFile: string;
}

/** A start, and whether it still goes on. One that does not has failed. */
export interface FoundStart extends BackgroundStart {
  isRunning: boolean;
  /** The last line of its log. */
  lastLine: string;
}

const STOP_TIMEOUT_MS = 10_000;

/**
 * Lets a process of its own run `seatrial up`, unless one does so already; resolves when that process has been started, not
 * when the plane is up. `stages` are paths for its `--stages`.
 */
export async function startInBackground(stages: readonly string[] = []): Promise<BackgroundStart> {
  const paths = statePaths();
  await makeStateFolder(paths);
  const lock = await acquireLock(`${paths.startFile}.lock`, { isDone: async () => false });
  try {
    const found = await findStart();
    if (found?.isRunning === true) return found;
    const logFile = paths.startLog;
    // Progress in lines, which a log can keep.
    const env = { CI: "1" };
    const args = ["up", ...stages.flatMap((path) => ["--stages", path])];
    const pid = await spawnDetached(process.execPath, [join(packageRoot, "bin", "seatrial.js"), ...args], {
      logFile,
      env,
    });
    const start: BackgroundStart = { pid, startedAt: new Date().toISOString(), logFile };
    await writeStart(paths, start);
    return start;
  } finally {
    await lock?.release();
  }
}

/** The last start in the background that is going on or has failed. */
export async function findStart(options: BackgroundOptions = {}): Promise<FoundStart | undefined> {
  const text = await readFile(statePaths(options).startFile, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const start = JSON.parse(text) as BackgroundStart;
  return { ...start, isRunning: isRunning(start.pid), lastLine: readFileTail(start.logFile, 1)[0] ?? "" };
}

/** Ends a start that goes on, and forgets the last one. Resolves with the process that was ended. */
export async function stopStart(options: BackgroundOptions = {}): Promise<number | undefined> {
  const found = await findStart(options);
  if (found === undefined) return undefined;
  if (found.isRunning) {
    // As with Ctrl-C: it ends the build or the engine that it has started.
    signalGroup(found.pid, "SIGTERM");
    const isGone = () => (isRunning(found.pid) ? undefined : true);
    await pollUntil(isGone, { timeoutMs: STOP_TIMEOUT_MS, waitingFor: `process ${found.pid} to end` }).catch(() => {
      signalGroup(found.pid, "SIGKILL");
    });
  }
  await forgetStart(options);
  return found.isRunning ? found.pid : undefined;
}

/** Forgets the last start: it has led to a plane that is up, or is of no interest any more. */
export async function forgetStart(options: BackgroundOptions = {}): Promise<void> {
  const { startFile, startLog } = statePaths(options);
  await rm(startFile, { force: true });
  await rm(startLog, { force: true });
}

async function writeStart({ startFile }: StatePaths, start: BackgroundStart): Promise<void> {
  const draft = `${startFile}.${process.pid}`;
  await writeFile(draft, JSON.stringify(start), { mode: 0o600 });
  await rename(draft, startFile);
}
