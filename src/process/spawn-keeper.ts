import type { Readable, Writable } from "node:stream";
import { execa } from "execa";

/** A process that outlives this one when it is asked to over its standard input. */
export interface Keeper {
  pid: number;
  stdin: Writable;
  stdout: Readable;
  /** Lets this process end while the keeper runs on. */
  unref(): void;
}

/** Starts a program in a session of its own, with pipes to its standard input and output. Rejects when it cannot be started. */
export async function spawnKeeper(path: string, args: readonly string[]): Promise<Keeper> {
  const subprocess = execa(path, args, {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  const { pid } = subprocess;
  if (pid === undefined) throw (await subprocess).cause;
  const stdin = subprocess.stdin as Writable;
  const stdout = subprocess.stdout as Readable;
  // The keeper may end first.
  stdin.on("error", () => undefined);
  const unref = () => {
    for (const handle of [subprocess.nodeChildProcess, stdin, stdout] as { unref?(): void }[]) handle.unref?.();
  };
  return { pid, stdin, stdout, unref };
}
