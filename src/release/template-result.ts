import type { ManifestDocument } from "../chart/manifest.ts";
import { warningFindings } from "../findings/helm-findings.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import type { HelmRelease, HelmTemplateAnswer } from "../helm/types.ts";
import { objectsByKind } from "./objects-by-kind.ts";
import type { TemplateResult } from "./results.ts";

/** The result of a rendering with these documents. */
export function toTemplateResult(
  answer: Pick<HelmTemplateAnswer, "manifest" | "notes" | "hooks" | "crds" | "chart" | "warnings">,
  documents: readonly ManifestDocument[],
  more: Pick<TemplateResult, "namespace" | "releaseName" | "durationMs">,
): TemplateResult {
  const { manifest, notes, hooks, crds, chart, warnings } = answer;
  const objects = documents.map(({ object }) => object);
  const sources = new Map<object, ManifestDocument>(documents.map((document) => [document.object, document]));
  return {
    ...more,
    manifest,
    documents: objects,
    notes,
    hooks,
    crds,
    chart,
    warnings: maskFindings(warningFindings(warnings, "template"), objects),
    ...objectsByKind(objects, `Chart ${chart.name}`),
    sourceOf: (object) => {
      const document = sources.get(object);
      return document === undefined ? undefined : { template: document.template, manifestLine: document.line };
    },
  };
}

/** What a revision of a release has rendered. Helm does not store the files of `crds/`, so there are none. */
export function releaseTemplate(info: HelmRelease): TemplateResult {
  const names = { namespace: info.namespace, releaseName: info.name, durationMs: 0 };
  return toTemplateResult({ ...info, crds: [], warnings: [] }, tryReleaseDocuments(info), names);
}
