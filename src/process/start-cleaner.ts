import { once } from "node:events";
import type { Writable } from "node:stream";
import { execa } from "execa";

/** A program that waits for the end of this process, and then cleans up after it. It does not keep Node alive. */
export interface Cleaner {
  readonly pid: number;
  /** Ends the program: there is nothing left to clean up. Safe to call twice. */
  dismiss(): Promise<void>;
}

/** The word on standard input by which a cleaner knows that nothing is left to do. */
export const DISMISSAL = "dismissed\n";

/**
 * Starts a Node program that reads its standard input to the end, which the kernel closes for a process that was killed. It has
 * a session of its own and no time limit, so that neither Ctrl-C nor SIGKILL of this process' group ends it. Rejects when it
 * cannot be started.
 */
export async function startCleaner(script: string, args: readonly string[]): Promise<Cleaner> {
  const subprocess = execa(process.execPath, [script, ...args], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  const { pid, nodeChildProcess: child } = subprocess;
  if (pid === undefined) throw (await subprocess).cause;
  const lifeline = subprocess.stdin as Writable;
  // It closes its end of the pipe first when somebody has killed it.
  lifeline.on("error", () => undefined);
  const ended = once(child, "exit");
  for (const handle of [child, lifeline] as { unref?(): void }[]) handle.unref?.();
  const dismiss = async () => {
    child.ref();
    lifeline.end(DISMISSAL);
    await ended;
  };
  return { pid, dismiss };
}
