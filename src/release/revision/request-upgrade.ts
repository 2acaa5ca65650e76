import { chartObjects } from "../../findings/chart-objects.ts";
import type { HelmRelease, HelmTemplateRequest, HelmUpgradeRequest } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { checkMayCreate } from "../../sharing/cluster-scoped.ts";

/** Helm's upgrade of what `rendering` names. Rejects with `SEATRIAL_UNSUPPORTED` when the control plane may not create what the chart renders. */
export async function requestUpgrade(
  plane: ControlPlane,
  rendering: HelmTemplateRequest,
  request: HelmUpgradeRequest,
  signal: AbortSignal,
): Promise<HelmRelease> {
  if (!plane.capabilities.clusterScoped) {
    const rendered = await plane.helm.template({ ...rendering, isUpgrade: true, forRelease: true }, { signal });
    const objects = chartObjects(rendered, { withCrds: false, withHooks: true }).map(({ object }) => object);
    await checkMayCreate(plane, objects, { call: "release.upgrade", signal });
  }
  return plane.helm.upgrade(request, { signal });
}
