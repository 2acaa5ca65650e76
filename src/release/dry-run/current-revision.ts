import type { ReleaseId } from "../../helm/annotations.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";

/** The revision that Helm's upgrade compares with: the last one that was deployed, else the last one. */
export async function currentRevision(
  plane: ControlPlane,
  release: ReleaseId,
  signal: AbortSignal | undefined,
): Promise<HelmRelease | undefined> {
  const history = await plane.helm.history(release, { signal });
  return history.findLast(({ status }) => status === "deployed") ?? history.at(-1);
}
