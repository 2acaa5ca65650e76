import { UsageError } from "../errors/usage-error.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import type { HelmRelease } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { nearestName } from "../util/text/nearest-name.ts";

/**
 * Throws `SEATRIAL_USAGE` for a kind that the API server does not serve and that the release does not name: a misspelt kind
 * has no objects, and a test that expects none would pass.
 */
export async function rejectUnknownKind(plane: ControlPlane, release: HelmRelease, kind: string): Promise<void> {
  const { discovery } = plane.kube;
  const isServed = async () => (await discovery.all()).some((resource) => resource.kind === kind);
  if ((await isServed()) || tryReleaseDocuments(release).some(({ object }) => object.kind === kind)) return;
  // The kind may have been added since the kinds were read.
  discovery.invalidate();
  if (await isServed()) return;
  const kinds = (await discovery.all()).map((resource) => resource.kind);
  const nearest = nearestName(kind, kinds);
  throw new UsageError(`release.all: the API server serves no kind "${kind}"`, {
    hint:
      nearest === undefined ? "kinds are written as in manifests, such as Deployment" : `did you mean "${nearest}"?`,
  });
}
