import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { shortageHint } from "../engine/run/disk-space.ts";
import { EngineError } from "../errors/engine-error.ts";
import { removeOnExit } from "../process/exit-hook.ts";
import { lastLines } from "../process/tail.ts";
import { ERROR_OUTPUT_LINES } from "../util/defaults.ts";
import { draftOf, writeFileAtomic } from "../util/write-file-atomic.ts";

/** What is known of an engine that ended while it was needed. */
export interface LastWords {
  exitCode?: number | undefined;
  signal?: string | undefined;
  reason?: string | undefined;
  /** A sentence about the disk when a lack of space may have ended it. */
  shortage?: string | undefined;
  outputTail: string[];
}

// Beside the data folder: the engine removes that one when it ends.
const pathOf = (dataDir: string) => `${dataDir}-ended.json`;
const LOOK_INTERVAL_MS = 25;
const LOOK_TIMEOUT_MS = 400;

/**
 * Leaves an engine's last words for the processes that are attached to it, until they are removed or this process ends.
 * Resolves with what removes them.
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

/** The last words of an engine that has ended, when they are there. */
export function readLastWords(dataDir: string): LastWords | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(dataDir), "utf8")) as LastWords;
  } catch {
    return undefined;
  }
}

/** As {@link readLastWords}, but waits a moment for the owner to write them. */
export async function findLastWords(dataDir: string): Promise<LastWords | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_INTERVAL_MS) {
    const words = readLastWords(dataDir);
    if (words !== undefined || waitedMs >= LOOK_TIMEOUT_MS) return words;
    await delay(LOOK_INTERVAL_MS);
  }
}

/** The error for a call that was waiting when the engine ended, or that came after. */
export function toEndedError(pid: number, words: LastWords | undefined, cause: unknown): EngineError {
  const lines = [`The engine (process ${pid}) has ended: ${describeEnd(words)}`];
  if (words?.shortage !== undefined) lines.push(`  ${words.shortage}`);
  const tail = lastLines(words?.outputTail ?? [], ERROR_OUTPUT_LINES);
  if (tail.length > 0) lines.push(`  its last ${tail.length} lines:`, ...tail.map((line) => `    ${line}`));
  const lookFor = "every test that runs after this one fails too: look for what ended it";
  return new EngineError("SEATRIAL_ENGINE_EXITED", lines.join("\n"), {
    exitCode: words?.exitCode,
    signal: words?.signal,
    outputTail: words?.outputTail,
    hint: words?.shortage !== undefined ? shortageHint : words?.reason === undefined ? lookFor : undefined,
    cause,
  });
}

function describeEnd(words: LastWords | undefined): string {
  if (words === undefined) return "its process is gone, and nobody wrote down why";
  if (words.signal !== undefined) return `killed by ${words.signal}`;
  const code = words.exitCode === undefined ? "" : `exit code ${words.exitCode}`;
  return [words.reason, code].filter((part) => part !== undefined && part !== "").join(", ") || "for a reason unknown";
}
