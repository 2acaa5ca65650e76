import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { signalGroup } from "../process/process-group.ts";
import { isSameProcess, startOf } from "../process/process-identity.ts";
import { readFileTail } from "../process/read-file-tail.ts";
import { packageRoot } from "../util/package-root.ts";
import { pollUntil } from "../util/poll.ts";
import { writeFileAtomic } from "../util/write-file-atomic.ts";
import { lockState } from "./lock-state.ts";
import { checkStateDirectory, statePaths } from "./state-directory.ts";

/** A start of the background plane that nobody waits for. */
export interface DetachedStart {
  /** The process that builds the engine if necessary and starts the plane. */
  pid: number;
  /** When this process was started, to recognize it: its id may belong to another process by now. */
  start?: string | undefined;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Its output: the progress of a build, and the error when it failed. */
  logFile: string;
}

/** A start with its state. A start whose process has ended has failed: a successful one is forgotten. */
export interface FoundStart extends DetachedStart {
  isRunning: boolean;
  /** The last line of its log. */
  lastLine: string;
}

const STOP_TIMEOUT_MS = 10_000;

/**
 * Runs `seatrial up` in a process of its own unless such a process is running. Resolves when the process has started, not when
 * the plane is up. `options` are those of `up`, such as `--stages`.
 */
export async function startDetached(options: readonly string[] = []): Promise<DetachedStart> {
  const paths = statePaths();
  const lock = await lockState(paths, `${paths.startFile}.lock`);
  try {
    const found = await findStart();
    if (found?.isRunning === true) return found;
    const logFile = paths.startLog;
    // Progress as lines, which suit a log.
    const env = { CI: "1" };
    const args = ["up", ...options];
    // execa takes longer to load than `seatrial status` runs.
    const { spawnDetached } = await import("../process/spawn-detached.ts");
    const pid = await spawnDetached(process.execPath, [join(packageRoot, "bin", "seatrial.js"), ...args], {
      logFile,
      env,
    });
    const start: DetachedStart = { pid, start: startOf(pid), startedAt: new Date().toISOString(), logFile };
    await writeFileAtomic(paths.startFile, JSON.stringify(start));
    return start;
  } finally {
    await lock.unlock();
  }
}

/** The last detached start that is in progress or has failed. Rejects with `SEATRIAL_DISK` as `findBackgroundPlane` does. */
export async function findStart(): Promise<FoundStart | undefined> {
  const paths = statePaths();
  await checkStateDirectory(paths);
  const text = await readFile(paths.startFile, "utf8").catch(() => undefined);
  const start = text === undefined ? undefined : parseStart(text);
  if (start === undefined) return undefined;
  return { ...start, isRunning: isStarting(start), lastLine: readFileTail(paths.startLog, 1)[0] ?? "" };
}

function parseStart(text: string): DetachedStart | undefined {
  try {
    const start = JSON.parse(text) as DetachedStart;
    return Number.isInteger(start.pid) && start.pid > 1 ? start : undefined;
  } catch {
    return undefined;
  }
}

function isStarting({ pid, start }: DetachedStart): boolean {
  return isSameProcess({ pid, start, executable: process.execPath });
}

/** Ends a start that is in progress and forgets the last one. Resolves with the id of the process that was ended. */
export async function stopStart(): Promise<number | undefined> {
  const found = await findStart();
  if (found === undefined) return undefined;
  if (found.isRunning) {
    // As with Ctrl-C: it ends the build or the engine that it has started.
    signalGroup(found.pid, "SIGTERM");
    const isGone = () => (isStarting(found) ? undefined : true);
    await pollUntil(isGone, { timeoutMs: STOP_TIMEOUT_MS, waitingFor: `process ${found.pid} to end` }).catch(() => {
      signalGroup(found.pid, "SIGKILL");
    });
  }
  await forgetStart();
  return found.isRunning ? found.pid : undefined;
}

/** Forgets the last start: the plane is up, or the start does not matter any more. */
export async function forgetStart(): Promise<void> {
  const { startFile, startLog } = statePaths();
  await rm(startFile, { force: true });
  await rm(startLog, { force: true });
}
