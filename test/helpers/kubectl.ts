import { execa } from "execa";
import { currentControlPlane } from "seatrial";
import { findEngine } from "../../src/engine/binary/find-engine.ts";

/** Runs the built-in kubectl on the current control plane; resolves whatever its exit code is. */
export async function kubectl(...args: string[]) {
  const { location: engine } = await findEngine();
  const { KUBECONFIG: _own, ...env } = process.env;
  return execa(engine?.path ?? "", ["kubectl", ...args], {
    env: { ...env, KUBECONFIG: currentControlPlane().kubeconfigPath },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: 30_000,
  });
}
