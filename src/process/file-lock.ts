import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { throwIfAborted } from "../util/race.ts";
import { isSameProcess, startOf } from "./process-identity.ts";

/** The content of a lock file. Its owner writes it again and again: the changes show that the owner is alive. */
interface LockRecord<Progress> {
  token: string;
  pid: number;
  /** When the owner was started: its id may belong to another process by now. */
  start?: string | undefined;
  host: string;
  progress?: Progress | undefined;
}

/** A lock file that this process owns until it unlocks it. */
export interface FileLock<Progress> {
  /** Shows that the owner is alive, and its progress. */
  beat(progress: Progress): Promise<void>;
  unlock(): Promise<void>;
}

/** How {@link acquireLock} waits. */
export interface LockOptions<Progress> {
  signal?: AbortSignal | undefined;
  /** Called about once a second with the last progress of the owner and its process id. */
  onWait?: ((progress: Progress | undefined, pid: number | undefined) => void) | undefined;
  /** Ends the wait without the lock when it resolves to true. */
  isDone: () => Promise<boolean>;
  /** How long an owner on another machine may be silent until it is considered dead, in milliseconds. @default 15000 */
  silenceMs?: number | undefined;
}

const POLL_MS = 200;
const POLLS_PER_REPORT = 5;

/**
 * Locks the file at `path`, or resolves with `undefined` when its owner has done the guarded work in the meantime. The death
 * of an owner is noticed: on the same machine by its process id and start, on another one because it fell silent.
 *
 * Two waiting processes may both take over from a dead owner at the same instant. Both then build, each into a file of its
 * own that is renamed at the end: that costs time and breaks nothing.
 */
export async function acquireLock<Progress = unknown>(
  path: string,
  options: LockOptions<Progress>,
): Promise<FileLock<Progress> | undefined> {
  const { signal, onWait, isDone, silenceMs = 15_000 } = options;
  let lastSign: { modifiedMs: number; seenAt: number } | undefined;
  for (let polls = 0; ; polls++) {
    throwIfAborted(signal);
    const lock = await tryLock<Progress>(path);
    if (lock !== undefined) return lock;
    if (await isDone()) return undefined;
    const record = await readRecord<Progress>(path);
    const modifiedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (modifiedMs === undefined) continue;
    // The two clocks may differ, so the silence is measured by this one.
    if (lastSign?.modifiedMs !== modifiedMs) lastSign = { modifiedMs, seenAt: performance.now() };
    const isSilent = performance.now() - lastSign.seenAt > silenceMs;
    if (isSilent || isDead(record)) await removeLockFile(path);
    else {
      if (polls % POLLS_PER_REPORT === 0) onWait?.(record?.progress, record?.pid);
      await delay(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }
}

/** Whether a living process owns the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const modifiedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
  return modifiedMs !== undefined && !isDead(await readRecord(path));
}

async function tryLock<Progress>(path: string): Promise<FileLock<Progress> | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
  const record: LockRecord<Progress> = {
    token: randomUUID(),
    pid: process.pid,
    start: startOf(process.pid),
    host: hostname(),
  };
  // Through the handle, which cannot bring back a lock file that was removed in the meantime.
  const write = async (progress?: Progress) => {
    const text = JSON.stringify({ ...record, progress });
    await file.write(text.padEnd(1000), 0);
  };
  await write();
  return {
    beat: (progress) => write(progress).catch(() => undefined),
    unlock: async () => {
      await file.close();
      if ((await readRecord(path))?.token === record.token) await rm(path, { force: true });
    },
  };
}

function isDead(record: LockRecord<unknown> | undefined): boolean {
  return record !== undefined && record.host === hostname() && !isSameProcess(record);
}

async function readRecord<Progress>(path: string): Promise<LockRecord<Progress> | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LockRecord<Progress>;
  } catch {
    // Gone, or read in the middle of a write: the next poll decides.
    return undefined;
  }
}

async function removeLockFile(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  // Renamed first: of two processes that try, one succeeds.
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
