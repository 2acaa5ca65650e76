import { type ManifestDocument, parseManifest } from "../chart/manifest.ts";
import type { HelmHook, HelmTemplateAnswer } from "../helm/types.ts";

/** An object of a chart, and where it comes from, which decides how Helm treats it. */
export interface ChartObject extends ManifestDocument {
  role: "crd" | "manifest" | "hook";
  /** The hook that the object is; set exactly when the role is `hook`. */
  hook?: HelmHook;
}

/** Every object of a rendered chart: its CRDs, its manifest, its hooks. */
export function chartObjects(
  answer: Pick<HelmTemplateAnswer, "chart" | "crds" | "manifest" | "hooks">,
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

/** The documents of the files in `crds/` directories. */
export function readCrds({ crds }: Pick<HelmTemplateAnswer, "crds">): ManifestDocument[] {
  return crds.flatMap(({ file, manifest }) => parseManifest(manifest, file));
}
