import { toValuesFiles } from "../../chart/values-files.ts";
import type { ReleaseId } from "../../helm/annotations.ts";
import { HelmError, isReleaseNotFound } from "../../helm/helm-error.ts";
import type { HelmTemplateAnswer, HelmTemplateRequest } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";

/**
 * Renders with the version and the kinds of the live API server, and with `lookup`. Helm refuses to do so as soon as one
 * object is wrong; then the chart is rendered with the same version and kinds, but without `lookup`.
 */
export async function renderForServer(
  plane: ControlPlane,
  request: HelmTemplateRequest,
  signal: AbortSignal | undefined,
): Promise<HelmTemplateAnswer> {
  try {
    return await plane.helm.template({ ...request, dryRun: "server" }, { signal });
  } catch (error) {
    if (!isAboutObjects(error)) throw error;
    const kinds = await plane.kube.discovery.all(signal);
    const apiVersions = new Set(kinds.flatMap(({ apiVersion, kind }) => [apiVersion, `${apiVersion}/${kind}`]));
    const capabilities = { kubeVersion: plane.versions.kubernetes, apiVersions: [...apiVersions] };
    return plane.helm.template({ ...request, ...capabilities, dryRun: "client" }, { signal });
  }
}

// The chart was rendered; our own requests find what Helm checks after that, object by object.
function isAboutObjects(error: unknown): boolean {
  if (!(error instanceof HelmError) || error.file !== undefined) return false;
  if (error.helmCode === "cluster") return true;
  return /^unable to (continue with install|build kubernetes objects from release manifest)\b/.test(error.helmMessage);
}

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

/** The values of the installed release as a values file: Helm's upgrade starts from them when no values are given. */
export async function installedValues(
  plane: ControlPlane,
  release: ReleaseId,
  signal: AbortSignal | undefined,
): ReturnType<typeof toValuesFiles> {
  return toValuesFiles(await plane.helm.getValues(release, { signal }));
}
