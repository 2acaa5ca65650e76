import type { ControlPlane } from "../plane/control-plane.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import type { ControlPlaneOptions } from "./control-plane-options.ts";

/**
 * Starts a control plane and resolves when it is ready: API server, controllers, scheduler, Helm. It ends with `stop()`,
 * with its `await using` block, or with this process, however that ends. When it rejects, no process is left running.
 * Rejects with `SEATRIAL_ENGINE_NOT_FOUND`, `SEATRIAL_ENGINE_BUILD`, `SEATRIAL_ENGINE_EXITED`, `SEATRIAL_TIMEOUT`,
 * `SEATRIAL_CANCELLED` or `SEATRIAL_USAGE`.
 */
export function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  return trackCall(options?.signal, async (signal) => {
    // A spec file uses a plane that runs already. What finds, builds and starts an engine takes time to load.
    const { start } = await import("./start.ts");
    return start(withSignal(options, signal));
  });
}
