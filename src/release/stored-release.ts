import { isReleaseNotFound } from "../helm/helm-error.ts";
import type { HelmRelease } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";

/** The last revision that Helm has stored; `undefined` without any, and `info` itself when Helm cannot be asked. */
export async function storedRelease(info: HelmRelease, plane: ControlPlane): Promise<HelmRelease | undefined> {
  try {
    return await plane.helm.status({ namespace: info.namespace, releaseName: info.name });
  } catch (error) {
    return isReleaseNotFound(error) ? undefined : info;
  }
}
