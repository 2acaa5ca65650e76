import type { ReleaseId } from "../../helm/annotations.ts";
import { isReleaseNotFound } from "../../helm/helm-error.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";

/** Whether a release of this name exists in the namespace, so that Helm would upgrade it. */
export async function isInstalled(
  plane: ControlPlane,
  release: ReleaseId,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const { status } = await plane.helm.status(release, { signal });
    return status !== "uninstalled";
  } catch (error) {
    if (isReleaseNotFound(error)) return false;
    throw error;
  }
}
