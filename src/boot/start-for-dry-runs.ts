import type { ControlPlane } from "../plane/control-plane.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import type { ControlPlaneOptions } from "./control-plane-options.ts";

/**
 * As `startControlPlane`, without scheduler, nodes and most controllers: the API server answers dry runs as any other, and the
 * start costs less. Installed objects never become ready on it.
 */
export function startForDryRuns(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  return trackCall(options.signal, async (signal) => {
    const { start } = await import("./start.ts");
    return start(withSignal(options, signal), { dryRunsOnly: true });
  });
}
