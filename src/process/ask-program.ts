import { onExit } from "signal-exit";
import { loadExeca } from "./load-execa.ts";
import { signalGroup } from "./process-group.ts";

/** How to run a program that answers. */
export interface AskProgramOptions {
  /** How long it may take, in milliseconds. */
  timeoutMs: number;
  /** Added to this process' environment; `undefined` removes a variable. */
  env?: Record<string, string | undefined> | undefined;
}

/** The answer of a program. */
export interface ProgramAnswer {
  /** Its standard output without surrounding white space. */
  stdout: string;
  /** Why there is no answer: the program cannot be started, failed, or did not answer in time. */
  problem: string | undefined;
  /** Whether it was killed because it took too long. */
  isSilent: boolean;
}

/**
 * Runs a program that answers at once, such as `helm version`. A program that does not is killed with all processes that it
 * started. Never rejects.
 */
export async function askProgram(
  path: string,
  args: readonly string[],
  options: AskProgramOptions,
): Promise<ProgramAnswer> {
  const { timeoutMs, env = {} } = options;
  const execa = await loadExeca();
  const subprocess = execa(path, args, {
    env,
    stdin: "ignore",
    // A group of its own, so that its child processes can be killed with it.
    detached: true,
    cleanup: false,
    reject: false,
  });
  const { pid } = subprocess;
  let isSilent = false;
  let hasEnded = false;
  const kill = () => void (pid !== undefined && signalGroup(pid, "SIGKILL"));
  const giveUp = () => {
    if (hasEnded) return;
    isSilent = true;
    kill();
    // A child that left the group may keep the pipes open forever.
    subprocess.stdout?.destroy();
    subprocess.stderr?.destroy();
  };
  // This process may have been blocked: an answer that has arrived in the meantime is read first.
  const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  const removeHook = onExit(kill);
  try {
    const result = await subprocess;
    return { stdout: result.stdout.trim(), problem: problemOf(result, isSilent ? timeoutMs : undefined), isSilent };
  } finally {
    hasEnded = true;
    clearTimeout(timer);
    removeHook();
  }
}

interface Result {
  exitCode?: number | undefined;
  signal?: string | undefined;
  stderr: string;
  cause?: unknown;
}

function problemOf({ exitCode, signal, stderr, cause }: Result, silentMs: number | undefined): string | undefined {
  if (silentMs !== undefined) return `did not answer in ${silentMs / 1000} s`;
  if (exitCode === 0) return undefined;
  if (signal !== undefined) return `was ended by ${signal}`;
  if (exitCode === undefined) return `cannot be started: ${(cause as Error | undefined)?.message ?? "unknown cause"}`;
  const [said = ""] = stderr.trim().split("\n");
  return said === "" ? `ended with exit code ${exitCode}` : `ended with exit code ${exitCode}: ${said}`;
}
