import { once } from "node:events";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { repositoryPath } from "../../repository/repository-path.ts";

/** A process that starts a control plane of the provider container, and keeps it. */
export interface Runner {
  /** Resolves when its control plane is ready. Rejects with its output when it ends before. */
  readonly ready: Promise<void>;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A command that hides the sockets of the machine's container engines from the command after it; needs root. */
export const hideSockets = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /run && exec "$@"', "sh"];

/** Starts a process that starts a control plane with those options of the provider. @param prefix the command that runs it. */
export function startRunner(options: object, env: Record<string, string> = {}, prefix: readonly string[] = []): Runner {
  const source = `import { startControlPlane } from ${JSON.stringify(repositoryPath("src/index.ts"))};
    await startControlPlane({ provider: ${JSON.stringify({ name: "container", ...options })} });
    console.log("ready");
    setInterval(() => undefined, 60_000);`;
  const [program = "", ...args] = [...prefix, process.execPath, "--input-type=module", "--eval", source];
  const child = execa(program, args, {
    env,
    reject: false,
    stdin: "ignore",
  });
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) if (line === "ready") return;
    throw new Error((await child).stderr);
  })();
  ready.catch(() => undefined);
  onTestFinished(() => void child.kill("SIGKILL"));
  const kill = async () => {
    const gone = once(child.nodeChildProcess, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return { ready, kill };
}
