import { attachControlPlane } from "../boot/attach-control-plane.ts";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { findCurrentControlPlane, setCurrentControlPlane } from "../plane/current.ts";

/**
 * Makes the plane of the global set-up the current control plane. A worker that runs several test files without isolation
 * keeps its connections. Without a global set-up no plane is set, and helpers report what is missing.
 */
export function useControlPlane(data: ControlPlaneData | undefined): void {
  if (data === undefined) return;
  const current = findCurrentControlPlane();
  if (current?.data.pid === data.pid && current.data.dataDir === data.dataDir) return;
  setCurrentControlPlane(attachControlPlane(data));
}
