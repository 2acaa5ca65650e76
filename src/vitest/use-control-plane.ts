import { attachControlPlane } from "../boot/attach-control-plane.ts";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { findCurrentControlPlane, setCurrentControlPlane } from "../plane/current.ts";

/**
 * Makes the plane of the global set-up the current one. A worker that runs several test files without isolation keeps
 * its connections. Without a global set-up nothing is set, and helpers tell what is missing.
 */
export function useControlPlane(data: ControlPlaneData | undefined): void {
  if (data === undefined) return;
  const current = findCurrentControlPlane();
  if (current?.data.pid === data.pid && current.data.dataDir === data.dataDir) return;
  setCurrentControlPlane(attachControlPlane(data));
}
