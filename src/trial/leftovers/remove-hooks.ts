import type { HelmRelease } from "../../helm/types.ts";
import { objectKey } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { releaseRefs } from "../../release/release-objects.ts";
import { removableObjects } from "./created-objects.ts";
import { removeFinalizers, removeOutside } from "./leftovers.ts";

/**
 * Removes the hooks that Helm has left of revisions of one release, so that another version can be installed as if the first one
 * had never been there. They are gone when it resolves.
 *
 * @param before the keys of objects that existed before the release.
 */
export async function removeHooks(
  plane: ControlPlane,
  revisions: readonly HelmRelease[],
  before: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const revision of revisions) {
    const refs = await releaseRefs(plane, revision);
    const hooks = refs.filter((ref) => ref.isHook && !before.has(objectKey(ref)));
    const releaseId = { namespace: revision.namespace, releaseName: revision.name };
    const removable = await removableObjects(plane, hooks, releaseId);
    await removeFinalizers(plane.kube, removable);
    await removeOutside(plane.kube, removable);
  }
}
