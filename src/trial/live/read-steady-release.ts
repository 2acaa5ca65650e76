import type { HelmRelease } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { waitForAggregation } from "../../rbac/wait-for-aggregation.ts";
import { type LiveRelease, readLiveRelease } from "./live-release.ts";

/** As {@link readLiveRelease}, once controllers have written the rules of aggregated ClusterRoles. */
export async function readSteadyRelease(
  plane: ControlPlane,
  release: HelmRelease,
  options: { earlier?: LiveRelease | undefined; signal?: AbortSignal | undefined } = {},
): Promise<LiveRelease> {
  const live = await readLiveRelease(plane, release, options.earlier);
  const hasWaited = await waitForAggregation(plane, live.objects.values(), options.signal);
  return hasWaited ? readLiveRelease(plane, release, options.earlier) : live;
}
