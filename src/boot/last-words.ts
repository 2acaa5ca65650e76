import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { shortageHint } from "../engine/run/disk-space.ts";
import { EngineError } from "../errors/engine-error.ts";
import { removeOnExit } from "../process/exit-hook.ts";
import { lastLines } from "../process/tail.ts";
import { ENGINE_END_TIMEOUT_MS, ERROR_OUTPUT_LINES } from "../util/defaults.ts";
import { draftOf, writeFileAtomic } from "../util/write-file-atomic.ts";

/** The facts about an engine that ended while it was in use. */
export interface LastWords {
  exitCode?: number | undefined;
  signal?: string | undefined;
  reason?: string | undefined;
  /** A sentence about the disk when a lack of space may have ended the engine. */
  shortage?: string | undefined;
  outputTail: string[];
}

// Next to the data directory, which the engine removes when it ends.
const pathOf = (dataDir: string) => `${dataDir}-ended.json`;
const LOOK_INTERVAL_MS = 25;

/**
 * Writes down an engine's last words for the processes that are attached to it. They are kept until this process ends or the
 * function that it resolves with is called.
 */
export async function leaveLastWords(dataDir: string, words: LastWords): Promise<() => Promise<void>> {
  const path = pathOf(dataDir);
  const removeHook = removeOnExit(draftOf(path), path);
  await writeFileAtomic(path, JSON.stringify(words));
  return async () => {
    await rm(path, { force: true });
    removeHook();
  };
}

/** The last words of an engine that has ended, or `undefined` when they were not written. */
export function readLastWords(dataDir: string): LastWords | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(dataDir), "utf8")) as LastWords;
  } catch {
    return undefined;
  }
}

/** Like {@link readLastWords}, but waits up to {@link ENGINE_END_TIMEOUT_MS} for the engine's parent to write them. */
export async function findLastWords(dataDir: string): Promise<LastWords | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_INTERVAL_MS) {
    const words = readLastWords(dataDir);
    if (words !== undefined || waitedMs >= ENGINE_END_TIMEOUT_MS) return words;
    await delay(LOOK_INTERVAL_MS);
  }
}

/** The error for a call that was waiting when the engine ended, or that was made later. */
export function toEndedError(pid: number, words: LastWords | undefined, cause: unknown): EngineError {
  const lines = [`The engine (process ${pid}) has ended: ${describeEnd(words)}`];
  if (words?.shortage !== undefined) lines.push(`  ${words.shortage}`);
  const tail = lastLines(words?.outputTail ?? [], ERROR_OUTPUT_LINES);
  if (tail.length > 0) lines.push(`  its last ${tail.length} lines:`, ...tail.map((line) => `    ${line}`));
  const lookFor = "every test that runs after this one fails, too: find out what ended the engine";
  return new EngineError("SEATRIAL_ENGINE_EXITED", lines.join("\n"), {
    exitCode: words?.exitCode,
    signal: words?.signal,
    outputTail: words?.outputTail,
    hint: words?.shortage !== undefined ? shortageHint : words?.reason === undefined ? lookFor : undefined,
    cause,
  });
}

function describeEnd(words: LastWords | undefined): string {
  if (words === undefined) return "its process is gone and left no reason";
  if (words.signal !== undefined) return `killed by ${words.signal}`;
  const code = words.exitCode === undefined ? "" : `exit code ${words.exitCode}`;
  return [words.reason, code].filter((part) => part !== undefined && part !== "").join(", ") || "for an unknown reason";
}
