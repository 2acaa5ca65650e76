import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { toObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { conditionOf } from "../../readiness/object-status.ts";
import { removeOutside } from "./leftovers.ts";

/**
 * Removes the Jobs of a release that have ended and have a `ttlSecondsAfterFinished`: users upgrade later than that, and find
 * them gone. They are gone when it resolves.
 */
export async function removeExpiringJobs({ kube }: ControlPlane, release: HelmRelease): Promise<void> {
  const jobs = tryReleaseDocuments({ manifest: release.manifest, hooks: [] })
    .filter(({ object }) => object.kind === "Job" && isExpiring(object.spec))
    .map(({ object }) => ({ namespace: release.namespace, ...toObjectRef(object) }));
  for (const job of jobs) {
    const stored = await kube.get(job);
    const hasEnded =
      stored !== undefined && ["Complete", "Failed"].some((type) => conditionOf(stored, type)?.status === "True");
    if (hasEnded) await removeOutside(kube, [job]);
  }
}

function isExpiring(spec: unknown): boolean {
  return ((spec ?? {}) as { ttlSecondsAfterFinished?: number }).ttlSecondsAfterFinished !== undefined;
}
