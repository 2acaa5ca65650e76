import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { waitForPolicies } from "../../sharing/policies-in-effect.ts";

/**
 * Resolves when admission enforces the policies of the last of these revisions, and no longer those that only the others have:
 * upstream compiles them anew once a second. The engine already waits for webhook configurations.
 */
export async function waitForOwnPolicies(
  plane: ControlPlane,
  revisions: readonly HelmRelease[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const objects = revisions.flatMap((revision) => tryReleaseDocuments(revision).map(({ object }) => object));
  const policies = objects.filter(({ kind }) => /AdmissionPolicy(Binding)?$/.test(kind));
  await waitForPolicies(plane, policies, signal);
}
