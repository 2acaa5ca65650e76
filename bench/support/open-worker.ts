import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A process of bench/workers.ts that is attached to the cluster. */
export interface Worker {
  pid: number;
  enginePid: number;
  /** Does its installations. */
  work(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a process and resolves when it is ready to install. */
export async function openWorker(args: readonly string[], cwd: string): Promise<Worker> {
  const child = fork(join(import.meta.dirname, "install-worker.ts"), args, { cwd });
  const ended = once(child, "exit");
  const { enginePid } = (await answer(child)) as { enginePid: number };
  return {
    pid: child.pid ?? 0,
    enginePid,
    work: async () => {
      child.send("work");
      await answer(child);
    },
    end: async () => {
      child.send("end");
      await ended;
    },
  };
}

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`a worker ended with exit code ${code}`);
  });
  // The loser of the race must not be reported as an unhandled rejection.
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, "message"), ended])) as [unknown];
  return message;
}
