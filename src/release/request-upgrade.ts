import { chartObjects } from "../findings/chart-objects.ts";
import type { HelmRelease, HelmUpgradeRequest } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { checkMayCreate } from "../sharing/cluster-scoped.ts";

/** Helm's upgrade. Rejects with `SEATRIAL_UNSUPPORTED` when the control plane may not create what the chart renders. */
export async function requestUpgrade(
  plane: ControlPlane,
  request: HelmUpgradeRequest,
  signal: AbortSignal,
): Promise<HelmRelease> {
  if (!plane.capabilities.clusterScoped) {
    const rendered = await plane.helm.template({ ...request, forRelease: true }, { signal });
    const objects = chartObjects(rendered, { withCrds: false, withHooks: true }).map(({ object }) => object);
    await checkMayCreate(plane, objects, { call: "release.upgrade", signal });
  }
  return plane.helm.upgrade(request, { signal });
}
