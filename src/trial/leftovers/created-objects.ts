import { isOfRelease, type ReleaseId } from "../../helm/annotations.ts";
import type { ObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { mapLimit } from "../../util/map-limit.ts";

const CONCURRENCY = 8;

/**
 * Of objects that did not exist before a release, those that may be removed after it: on a cluster that seatrial has not
 * started, somebody else may have created one in the meantime, so only objects with the mark of the release are.
 */
export async function removableObjects(
  plane: ControlPlane,
  refs: readonly ObjectRef[],
  release: ReleaseId,
): Promise<ObjectRef[]> {
  if (plane.capabilities.owned) return [...refs];
  const marked = await mapLimit(refs, CONCURRENCY, async (ref) => {
    const object = await plane.kube.get(ref, { metadataOnly: true });
    return object !== undefined && isOfRelease(object.metadata, release) ? [ref] : [];
  });
  return marked.flat();
}
