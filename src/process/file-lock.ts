import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rm, stat } from "node:fs/promises";
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
const GUARD_POLL_MS = 20;
// A decision takes a few milliseconds.
const MAX_GUARD_MS = 10_000;

/**
 * Locks the file at `path`, or resolves with `undefined` when its owner has done the guarded work in the meantime. The death
 * of an owner is noticed: on the same machine by its process id and start, on another one because it fell silent.
 *
 * Of several waiting processes, one takes over from a dead owner.
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
    const modifiedMs = await modifiedMsOf(path);
    if (modifiedMs === undefined) continue;
    // The two clocks may differ, so the silence is measured by this one.
    if (lastSign?.modifiedMs !== modifiedMs) lastSign = { modifiedMs, seenAt: performance.now() };
    const isSilent = performance.now() - lastSign.seenAt > silenceMs;
    if (isSilent || isDead(record)) {
      await removeStale(path, isSilent ? modifiedMs : undefined);
    } else {
      if (polls % POLLS_PER_REPORT === 0) onWait?.(record?.progress, record?.pid);
      await delay(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }
}

/** Whether a living process owns the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const modifiedMs = await modifiedMsOf(path);
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

/**
 * Removes the lock file if its owner is dead or nothing has been written since `silentSinceMs`. One process at a time decides: what
 * it has read stays true until the file is gone, because only a living owner removes a lock file otherwise.
 */
async function removeStale(path: string, silentSinceMs: number | undefined): Promise<void> {
  const guard = `${path}.takeover`;
  const file = await open(guard, "wx", 0o600).catch(() => undefined);
  if (file === undefined) return removeOldGuard(guard);
  try {
    const isSilent = silentSinceMs !== undefined && (await modifiedMsOf(path)) === silentSinceMs;
    if (isSilent || isDead(await readRecord(path))) await rm(path, { force: true });
  } finally {
    await file.close();
    await rm(guard, { force: true });
  }
}

// That of a process that was killed while it decided.
async function removeOldGuard(guard: string): Promise<void> {
  const modifiedMs = await modifiedMsOf(guard);
  if (modifiedMs !== undefined && Date.now() - modifiedMs > MAX_GUARD_MS) await rm(guard, { force: true });
  else await delay(GUARD_POLL_MS);
}

async function modifiedMsOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs;
}
