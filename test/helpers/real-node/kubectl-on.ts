import { type ExecaError, execa, type Result } from "execa";
import type { ControlPlane } from "seatrial";
import { findEngine } from "../../../src/engine/binary/find-engine.ts";

/** The built-in kubectl on one control plane. */
export interface KubectlOn {
  /** Resolves whatever the exit code is. */
  (...args: string[]): Promise<Result | ExecaError>;
  /** The first output of a command that would run on; it is ended then. */
  firstOutput(...args: string[]): Promise<string>;
  /** Forwards a port of a Pod until it is disposed of. */
  forward(namespace: string, pod: string, port: number): Promise<AsyncDisposable & { port: number }>;
}

/** kubectl with the control plane's kubeconfig. */
export function kubectlOn(plane: ControlPlane): KubectlOn {
  const start = async (args: string[], timeout?: number) => {
    const { location } = await findEngine();
    const all = ["kubectl", "--kubeconfig", plane.kubeconfigPath, ...args];
    return {
      running: execa(location?.path ?? "", all, { reject: false, stdin: "ignore", ...(timeout && { timeout }) }),
    };
  };
  const run = async (...args: string[]) => (await start(args, 30_000)).running;
  const startAndRead = async (args: string[]) => {
    const { running } = await start(args);
    const first = new Promise<string>((resolve) => running.stdout.once("data", (chunk) => resolve(String(chunk))));
    return { running, text: await Promise.race([first, running.then(({ stderr }) => String(stderr))]) };
  };
  const firstOutput = async (...args: string[]) => {
    const { running, text } = await startAndRead(args);
    running.kill();
    await running;
    return text;
  };
  const forward = async (namespace: string, pod: string, port: number) => {
    const { running, text } = await startAndRead(["port-forward", "-n", namespace, pod, `:${port}`]);
    const found = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (found === undefined) throw new Error(`kubectl port-forward has ended: ${text}`);
    const dispose = async () => {
      running.kill();
      await running;
    };
    return { port: Number(found), [Symbol.asyncDispose]: dispose };
  };
  return Object.assign(run, { firstOutput, forward });
}
