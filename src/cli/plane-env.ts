import type { BackgroundPlane } from "../background/state-file.ts";

/** The environment variables that point tools to the background plane. */
export function planeEnv(plane: Pick<BackgroundPlane, "kubeconfigPath">): Record<string, string> {
  return { KUBECONFIG: plane.kubeconfigPath };
}
