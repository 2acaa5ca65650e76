import { constants } from "node:os";
import { execa } from "execa";
import { EngineError } from "../../errors/engine-error.ts";

/** Options of {@link runTool}. */
export interface RunToolOptions {
  /** A link to the engine, named like the tool. */
  program: string;
  enginePath: string;
  /** Passed to the tool unchanged. */
  args: readonly string[];
  /** Added to this process' environment; `undefined` removes a variable. */
  env: Record<string, string | undefined>;
  /** Ends the tool with SIGTERM when it aborts. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs the engine's kubectl or helm in the foreground, on this process' own stdin, stdout and stderr, and resolves with its
 * exit code: 128 plus the signal's number when a signal ended it. A Ctrl-C reaches the tool from the terminal.
 * Rejects with `SEATRIAL_ENGINE_NOT_EXECUTABLE`.
 */
export async function runTool({ program, enginePath, args, env, signal }: RunToolOptions): Promise<number> {
  const result = await execa(program, args, {
    stdio: "inherit",
    env,
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal, forceKillAfterDelay: 5000 }),
  });
  if (result.signal !== undefined) return 128 + constants.signals[result.signal as NodeJS.Signals];
  if (result.exitCode !== undefined) return result.exitCode;
  throw new EngineError(
    "SEATRIAL_ENGINE_NOT_EXECUTABLE",
    `The engine at ${enginePath} cannot be started: ${result.shortMessage}`,
    {
      hint: "`seatrial engine path` prints which engine is used",
      cause: result.cause,
    },
  );
}
