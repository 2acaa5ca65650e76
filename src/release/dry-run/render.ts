import { type ManifestDocument, parseManifest } from "../../chart/manifest.ts";
import { isReleaseNotFound } from "../../helm/helm-error.ts";
import type { HelmHook, HelmTemplateAnswer } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";

/** Where an object of a chart comes from, which decides how Helm treats it. */
export interface ChartObject extends ManifestDocument {
  role: "crd" | "manifest" | "hook";
  /** The hook that it is; set exactly when the role is `hook`. */
  hook?: HelmHook;
}

/** Every object of a rendered chart: its CRDs, its manifest, its hooks. */
export function chartObjects(
  answer: HelmTemplateAnswer,
  options: { withCrds: boolean; withHooks: boolean },
): ChartObject[] {
  const objects: ChartObject[] = [];
  if (options.withCrds) {
    for (const { file, manifest } of answer.crds) {
      const template = file.startsWith(`${answer.chart.name}/`) ? file : `${answer.chart.name}/${file}`;
      for (const document of parseManifest(manifest, template)) objects.push({ ...document, role: "crd" });
    }
  }
  for (const document of parseManifest(answer.manifest)) objects.push({ ...document, role: "manifest" });
  if (!options.withHooks) return objects;
  for (const hook of answer.hooks) {
    for (const document of parseManifest(hook.manifest, hook.path)) objects.push({ ...document, role: "hook", hook });
  }
  return objects;
}

/** Whether a release of this name is in the namespace, so that Helm would upgrade it. */
export async function isInstalled(
  plane: ControlPlane,
  release: { namespace: string; releaseName: string },
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
