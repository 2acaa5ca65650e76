import type { ControlPlane } from "../../plane/control-plane.ts";
import type { ClusterNames } from "../cluster-names.ts";
import { inLockOrder, lockAll } from "./lock-all.ts";

/**
 * Keeps apart trials that would meet outside their namespaces, in all processes that use the control plane. Resolves when
 * no running trial has an object or an address of these names and no running trial is exclusive; for an exclusive trial,
 * when no other trial runs. A pool is owned alone by a trial that names one of its addresses, because the API server could
 * allocate that address for another trial. The order (all trials, then the sorted names) rules out a deadlock. Rejects
 * with `SEATRIAL_CANCELLED`.
 */
export function lockTrial(
  plane: ControlPlane,
  { keys, pools = [], isExclusive }: Pick<ClusterNames, "keys" | "isExclusive"> & Partial<Pick<ClusterNames, "pools">>,
  signal?: AbortSignal,
): Promise<AsyncDisposable> {
  const names = [...keys.map((name) => ({ name })), ...pools.map((name) => ({ name, shared: true }))];
  const requests = inLockOrder(names).map((request) => ({ ...request, name: `seatrial-trial/${request.name}` }));
  return lockAll(plane, [{ name: "seatrial-trials", shared: !isExclusive }, ...requests], signal);
}
