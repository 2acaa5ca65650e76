import type { ControlPlane } from "../plane/control-plane.ts";
import type { ClusterNames } from "./cluster-names.ts";
import { lockAll } from "./lock-all.ts";

/**
 * Keeps apart trials that would meet outside their namespaces, in all processes that use the control plane. Resolves when
 * no running trial has an object of these names and no running trial is exclusive; for an exclusive trial, when no other
 * trial runs. The order (all trials, then the sorted keys) rules out a deadlock. Rejects with `SEATRIAL_CANCELLED`.
 */
export function lockTrial(
  plane: ControlPlane,
  { keys, isExclusive }: Pick<ClusterNames, "keys" | "isExclusive">,
  signal?: AbortSignal,
): Promise<AsyncDisposable> {
  const names = keys.map((key) => ({ name: `seatrial-trial/${key}` }));
  return lockAll(plane, [{ name: "seatrial-trials", shared: !isExclusive }, ...names], signal);
}
