import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { execa } from "execa";
import { STOP_GRACE_MS, STOP_TERM_GRACE_MS } from "../util/defaults.ts";
import { signalGroup } from "./process-group.ts";
import { Tail } from "./tail.ts";

/** Options of {@link startGuarded}. */
export interface GuardedProcessOptions {
  /** The engine's executable file, whose guard runs the program. @default none: the program ends with its standard input */
  enginePath?: string | undefined;
  program: string;
  args: readonly string[];
  /** @default this process' own */
  cwd?: string | undefined;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** How long the program may take to end before it is killed, in milliseconds. @default twice the time of a guard */
  stopTimeoutMs?: number | undefined;
}

/** How a guarded program ended. */
export interface GuardedEnd {
  /** 128 plus the number of the signal that ended the program, 126 when it could not be started. */
  exitCode: number | undefined;
  /** The signal that ended the guard, and with it the program. */
  signal: string | undefined;
}

/** A program that ends with this process, whatever ends this process. It does not keep Node alive. */
export interface GuardedProcess {
  /** The last lines of its output, oldest first. */
  outputTail(count?: number): string[];
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<GuardedEnd>;
  /** Ends it with SIGTERM, and with SIGKILL after two seconds. Safe to call twice. */
  stop(): Promise<void>;
}

// The guard itself kills the program after two seconds.
const FORCED_STOP_MS = 2 * (STOP_GRACE_MS + STOP_TERM_GRACE_MS);

/** Starts a program in the guard of the engine, or without one a program that watches its standard input. A program that cannot be started has ended with the exit code 126. */
export function startGuarded(options: GuardedProcessOptions): GuardedProcess {
  const { enginePath, program, args, cwd, env, stopTimeoutMs = FORCED_STOP_MS } = options;
  const command: [string, string[]] =
    enginePath === undefined ? [program, [...args]] : [enginePath, ["guard", program, ...args]];
  const subprocess = execa(...command, {
    stdio: ["pipe", "pipe", "pipe"],
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { pid, nodeChildProcess: child } = subprocess;
  const tail = new Tail();
  const lifeline = subprocess.stdin as Writable;
  // The guard closes its end of the pipe first when the program ends by itself.
  lifeline.on("error", () => undefined);
  const outputs = [subprocess.stdout, subprocess.stderr] as Readable[];
  for (const output of outputs) output.on("data", (chunk: Buffer) => tail.write(chunk));
  const ended = pid === undefined ? subprocess.then(() => ({ exitCode: undefined, signal: undefined })) : endOf(child);
  for (const handle of [child, lifeline, ...outputs] as { unref?(): void }[]) handle.unref?.();
  const stop = async () => {
    child.ref();
    lifeline.end();
    const timer = setTimeout(() => pid !== undefined && signalGroup(pid, "SIGKILL"), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  };
  return { outputTail: (count) => tail.lines(count), ended, stop };
}

async function endOf(child: NodeJS.EventEmitter): Promise<GuardedEnd> {
  const [exitCode, signal] = (await once(child, "exit")) as [number | null, string | null];
  return { exitCode: exitCode ?? undefined, signal: signal ?? undefined };
}
