import { execa } from "execa";
import { currentControlPlane } from "seatrial";
import { findEngine } from "../../src/engine/binary/find-engine.ts";

/** Runs the built-in kubectl on the current control plane; resolves whatever its exit code is. */
export function kubectl(...args: string[]) {
  return kubectlAs(currentControlPlane().kubeconfigPath, ...args);
}

/** Runs the built-in kubectl with a kubeconfig. */
export async function kubectlAs(kubeconfigPath: string, ...args: string[]) {
  const { location: engine } = await findEngine();
  const { KUBECONFIG: _own, ...env } = process.env;
  return execa(engine?.path ?? "", ["kubectl", ...args], {
    env: { ...env, KUBECONFIG: kubeconfigPath },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: 30_000,
  });
}
