import { onExit } from "signal-exit";
import { loadExeca } from "./load-execa.ts";
import { signalGroup } from "./process-group.ts";

/** How to run a program to its end. */
export interface RunProgramOptions {
  /** Its whole environment. */
  env: Record<string, string>;
  /** Its working directory. */
  cwd: string;
  /** Asks the program to end, with SIGTERM, when it aborts. */
  stop?: AbortSignal | undefined;
  /** How long it may take to end after that, in milliseconds, before it is killed. */
  stopTimeoutMs: number;
}

/** How a program ended. */
export interface ProgramResult {
  /** `undefined` when it could not be started, or a signal ended it. */
  exitCode: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
  /** Why it could not be started. */
  problem: string | undefined;
}

/**
 * Runs a program in a process group of its own, with nothing of this process' environment. All processes that it started end with
 * this process. Never rejects.
 */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: RunProgramOptions,
): Promise<ProgramResult> {
  const { env, cwd, stop, stopTimeoutMs } = options;
  const execa = await loadExeca();
  const subprocess = execa(path, args, {
    env,
    cwd,
    extendEnv: false,
    stdin: "ignore",
    detached: true,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
  });
  const { pid } = subprocess;
  const send = (signal: NodeJS.Signals) => void (pid !== undefined && signalGroup(pid, signal));
  let timer: NodeJS.Timeout | undefined;
  const onStop = () => {
    send("SIGTERM");
    timer ??= setTimeout(() => send("SIGKILL"), stopTimeoutMs);
  };
  const removeHook = onExit(() => send("SIGKILL"));
  stop?.addEventListener("abort", onStop, { once: true });
  if (stop?.aborted === true) onStop();
  try {
    const { exitCode, signal, stdout, stderr, cause } = await subprocess;
    const isStarted = exitCode !== undefined || signal !== undefined;
    const problem = isStarted ? undefined : ((cause as Error | undefined)?.message ?? "unknown cause");
    return { exitCode, signal, stdout, stderr, problem };
  } finally {
    clearTimeout(timer);
    removeHook();
    stop?.removeEventListener("abort", onStop);
  }
}
