import { loadExeca } from "./load-execa.ts";

/** What a program made of its input. */
export interface PipedOutput {
  stdout: string;
  /** Why there is no output: the program cannot be started, or failed. */
  problem: string | undefined;
}

/** Runs a program with a text as its standard input. It ends when the signal aborts. Never rejects. */
export async function pipeProgram(
  command: string,
  args: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<PipedOutput> {
  const execa = await loadExeca();
  const result = await execa(command, args, { input, cancelSignal: signal, reject: false, stripFinalNewline: false });
  const { exitCode, stdout, stderr, cause } = result;
  if (exitCode === 0) return { stdout, problem: undefined };
  const said = stderr.trim() === "" ? "" : `: ${stderr.trim()}`;
  if (exitCode !== undefined) return { stdout, problem: `ended with exit code ${exitCode}${said}` };
  if (result.signal !== undefined) return { stdout, problem: `was ended by ${result.signal}${said}` };
  const why = cause instanceof Error ? cause.message : "unknown cause";
  return { stdout, problem: `cannot be started: ${why}` };
}
