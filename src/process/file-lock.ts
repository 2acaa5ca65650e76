import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { throwIfAborted } from "../util/race.ts";
import { isRunning } from "./process-group.ts";

/** What the holder writes into its lock file, again and again: the writing is its sign of life. */
interface LockRecord<Progress> {
  token: string;
  pid: number;
  host: string;
  progress?: Progress | undefined;
}

/** A lock that is held until it is released. */
export interface HeldLock<Progress> {
  /** Shows that the holder is alive and how far it is. */
  beat(progress: Progress): Promise<void>;
  release(): Promise<void>;
}

/** How to wait for a lock. */
export interface LockOptions<Progress> {
  signal?: AbortSignal | undefined;
  /** Called about once a second with what the holder said last. */
  onWait?: ((holder: Progress | undefined) => void) | undefined;
  /** Ends the wait without the lock when it resolves to true. */
  isDone: () => Promise<boolean>;
  /** How long a holder on another machine may be silent until it counts as dead, in milliseconds. @default 15000 */
  silenceMs?: number | undefined;
}

const POLL_MS = 200;
const POLLS_PER_REPORT = 5;

/**
 * Takes the lock file at `path`, or resolves with `undefined` when what it guards was done by its holder meanwhile.
 * A holder that was killed is noticed: on the same machine by its process id, elsewhere because it fell silent.
 *
 * Should two that wait ever take over from a dead holder at the same instant, both build, each into a file of its own
 * that is renamed at the end: that costs time and breaks nothing.
 */
export async function acquireLock<Progress = unknown>(
  path: string,
  options: LockOptions<Progress>,
): Promise<HeldLock<Progress> | undefined> {
  const { signal, onWait, isDone, silenceMs = 15_000 } = options;
  let lastSign: { modifiedMs: number; seenAt: number } | undefined;
  for (let polls = 0; ; polls++) {
    throwIfAborted(signal);
    const held = await tryLock<Progress>(path);
    if (held !== undefined) return held;
    if (await isDone()) return undefined;
    const record = await readRecord<Progress>(path);
    const modifiedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (modifiedMs === undefined) continue;
    // The two clocks may differ: what counts is how long the file has not changed as seen from here.
    if (lastSign?.modifiedMs !== modifiedMs) lastSign = { modifiedMs, seenAt: performance.now() };
    const isSilent = performance.now() - lastSign.seenAt > silenceMs;
    if (isSilent || isDead(record)) await takeAway(path);
    else {
      if (polls % POLLS_PER_REPORT === 0) onWait?.(record?.progress);
      await delay(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }
}

/** Whether somebody who is alive holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const modifiedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
  return modifiedMs !== undefined && !isDead(await readRecord(path));
}

async function tryLock<Progress>(path: string): Promise<HeldLock<Progress> | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
  const record: LockRecord<Progress> = { token: randomUUID(), pid: process.pid, host: hostname() };
  // By its handle: a lock that was taken away meanwhile is not written back.
  const write = async (progress?: Progress) => {
    const text = JSON.stringify({ ...record, progress });
    await file.write(text.padEnd(1000), 0);
  };
  await write();
  return {
    beat: (progress) => write(progress).catch(() => undefined),
    release: async () => {
      await file.close();
      if ((await readRecord(path))?.token === record.token) await rm(path, { force: true });
    },
  };
}

function isDead(record: LockRecord<unknown> | undefined): boolean {
  return record !== undefined && record.host === hostname() && !isRunning(record.pid);
}

async function readRecord<Progress>(path: string): Promise<LockRecord<Progress> | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LockRecord<Progress>;
  } catch {
    // Gone, or caught while it is written: the next look tells.
    return undefined;
  }
}

async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  // Renamed first: of two that try, one succeeds.
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
