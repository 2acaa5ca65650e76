import { closeSync, openSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { execa } from "execa";
import { EngineError } from "../../errors/engine-error.ts";
import { signalGroup } from "../../process/process-group.ts";
import { readFileTail } from "../../process/read-file-tail.ts";
import { Tail } from "../../process/tail.ts";
import { Deadline } from "../../util/deadline.ts";

// A process that the engine left behind may keep its pipes open; the output that matters has arrived long before.
const OUTPUT_DRAIN_MS = 250;

/** Options of {@link spawnEngine}. */
export interface SpawnEngineOptions {
  enginePath: string;
  args: string[];
  /** The file that takes the engine's log; without it the last lines are kept in memory. */
  logFile: string | undefined;
}

/** How the process ended, without the reason that the engine reported. */
export interface ProcessEnd {
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
  afterMs: number;
}

/** A process that was started and has not yet reported that it is an engine. */
export interface SpawnedEngine {
  pid: number;
  /** Closing it makes the engine end. */
  lifeline: Writable;
  channel: Readable;
  /** Resolves when the process is gone and its output has been read. Never rejects. */
  ended: Promise<ProcessEnd>;
  outputTail(count?: number): string[];
  /** Lets Node exit while the engine runs. */
  unref(): void;
  /** Keeps Node alive until the engine has ended. */
  ref(): void;
}

/**
 * Starts the engine's process as the leader of its own process group, so that Ctrl-C in a terminal does not reach the
 * engine, and every process that it starts can be killed with it. Rejects with `SEATRIAL_ENGINE_NOT_EXECUTABLE`.
 */
export async function spawnEngine(options: SpawnEngineOptions): Promise<SpawnedEngine> {
  const { enginePath, args, logFile } = options;
  const sinceStart = new Deadline(Number.POSITIVE_INFINITY);
  const logFd = logFile === undefined ? undefined : openSync(logFile, "a", 0o600);
  const subprocess = execa(enginePath, args, {
    // execa takes any descriptor, its types only the first ten.
    stdio: ["pipe", "ignore", (logFd as 3 | undefined) ?? "pipe", "pipe"],
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  if (logFd !== undefined) closeSync(logFd);
  const { pid, nodeChildProcess: child } = subprocess;
  if (pid === undefined) throw toSpawnError(enginePath, (await subprocess).cause);

  const tail = new Tail();
  subprocess.stderr?.on("data", (chunk: Buffer) => tail.write(chunk));
  const lifeline = subprocess.stdin as Writable;
  // The engine closes its end of the pipe first when it ends by itself, which is not an error.
  lifeline.on("error", () => undefined);
  const channel = subprocess.stdio[3] as Readable;

  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (exitCode, signal) => {
      const end = { exitCode: exitCode ?? undefined, signal: signal ?? undefined, afterMs: sinceStart.elapsedMs };
      signalGroup(pid, "SIGKILL");
      const timer = setTimeout(() => resolve(end), OUTPUT_DRAIN_MS);
      child.once("close", () => {
        clearTimeout(timer);
        resolve(end);
      });
    });
  });

  const handles = [child, subprocess.stderr, lifeline, channel] as { ref?(): void; unref?(): void }[];
  return {
    pid,
    lifeline,
    channel,
    ended,
    outputTail: (count) => (logFile === undefined ? tail.lines(count) : readFileTail(logFile, count)),
    ref: () => child.ref(),
    unref: () => {
      for (const handle of handles) handle?.unref?.();
    },
  };
}

function toSpawnError(enginePath: string, cause: unknown): EngineError {
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EACCES: "it may not be executed (its mode lacks x, or the file system is mounted noexec)",
    ENOENT: "it, or the interpreter that it names, does not exist",
    ENOEXEC: "it is not an executable file for this system and processor",
    ENOTDIR: "a part of its path is not a directory",
  };
  const reason = reasons[code ?? ""] ?? message ?? "the reason is unknown";
  return new EngineError("SEATRIAL_ENGINE_NOT_EXECUTABLE", `The engine at ${enginePath} cannot be started: ${reason}`, {
    hint: "`npx seatrial engine clean` and `npx seatrial engine build` build a new one",
    cause,
  });
}
