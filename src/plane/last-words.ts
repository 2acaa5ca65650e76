import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { EngineError } from "../errors/engine-error.ts";
import { ERROR_OUTPUT_LINES } from "../util/defaults.ts";

/** What is known of an engine that ended while it was needed. */
export interface LastWords {
  exitCode?: number | undefined;
  signal?: string | undefined;
  reason?: string | undefined;
  outputTail: string[];
}

// Beside the data folder: the engine removes that one when it ends.
const pathOf = (dataDir: string) => `${dataDir}-ended.json`;
const LOOK_INTERVAL_MS = 25;
const LOOK_TIMEOUT_MS = 400;

/** Leaves an engine's last words for the processes that are attached to it. */
export async function leaveLastWords(dataDir: string, words: LastWords): Promise<void> {
  await writeFile(pathOf(dataDir), JSON.stringify(words), { mode: 0o600 });
}

/** Removes what {@link leaveLastWords} wrote. */
export async function removeLastWords(dataDir: string): Promise<void> {
  await rm(pathOf(dataDir), { force: true });
}

/** The last words of an engine that has ended; its owner may need a moment to write them. */
export async function findLastWords(dataDir: string): Promise<LastWords | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_INTERVAL_MS) {
    try {
      return JSON.parse(await readFile(pathOf(dataDir), "utf8")) as LastWords;
    } catch {
      if (waitedMs >= LOOK_TIMEOUT_MS) return undefined;
    }
    await delay(LOOK_INTERVAL_MS);
  }
}

/** The error for a call that was waiting when the engine ended, or that came after. */
export function toEndedError(pid: number, words: LastWords | undefined, cause: unknown): EngineError {
  const lines = [`The engine (process ${pid}) has ended: ${describeEnd(words)}`];
  const tail = words?.outputTail.slice(-ERROR_OUTPUT_LINES) ?? [];
  if (tail.length > 0) lines.push(`  its last ${tail.length} lines:`, ...tail.map((line) => `    ${line}`));
  const isStopped = words?.reason !== undefined;
  return new EngineError("SEATRIAL_ENGINE_EXITED", lines.join("\n"), {
    exitCode: words?.exitCode,
    signal: words?.signal,
    outputTail: words?.outputTail,
    hint: isStopped ? undefined : "every test that runs after this one fails too: look for what ended it",
    cause,
  });
}

function describeEnd(words: LastWords | undefined): string {
  if (words === undefined) return "its process is gone, and nobody wrote down why";
  if (words.signal !== undefined) return `killed by ${words.signal}`;
  const code = words.exitCode === undefined ? "" : `exit code ${words.exitCode}`;
  return [words.reason, code].filter((part) => part !== undefined && part !== "").join(", ") || "for a reason unknown";
}
