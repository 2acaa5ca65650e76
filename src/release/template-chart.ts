import type { ManifestDocument } from "../chart/manifest.ts";
import { ChartError } from "../errors/chart-error.ts";
import type { Finding } from "../findings/finding.ts";
import { warningFindings } from "../findings/helm-findings.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { releaseDocuments } from "../findings/release-documents.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { orChartFailure } from "./chart-failure.ts";
import { openChartCall } from "./chart-request.ts";
import type { TemplateOptions } from "./options.ts";
import type { TemplateResult } from "./results.ts";
import { selectOne } from "./select-object.ts";

/**
 * Renders a chart. Rejects with a `ChartError` (with `findings`) when a template fails, the values do not fit the schema, or
 * the rendered text is not YAML of Kubernetes objects.
 */
export async function templateChart(chart: string, options: TemplateOptions = {}): Promise<TemplateResult> {
  const startedAt = performance.now();
  await using call = await openChartCall("templateChart", chart, options);
  const { plane, request, releaseName } = call;
  const { namespace = "default", kubeVersion, includeCrds, skipTests, noHooks, isUpgrade, dryRun, signal } = options;
  const how = { kubeVersion, includeCrds, skipTests, noHooks, isUpgrade, dryRun };
  const lists = { apiVersions: options.apiVersions?.slice(), showOnly: options.showOnly?.slice() };
  const template = plane.helm.template({ ...request, ...how, ...lists, namespace, releaseName }, { signal });
  const answer = await orChartFailure(template, "template", `Rendering ${chart}`);
  const documents = readDocuments(answer);
  return toResult(answer, documents, { namespace, releaseName, durationMs: Math.round(performance.now() - startedAt) });
}

/** The documents of a rendered chart. Throws a `SEATRIAL_MANIFEST` error with a finding when they cannot be read. */
function readDocuments(answer: HelmTemplateAnswer): ManifestDocument[] {
  try {
    return releaseDocuments(answer);
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    const finding: Finding = { severity: "error", step: "template", message: error.message, reason: "manifest" };
    if (error.file !== undefined && error.file !== "") finding.template = error.file;
    const { file, details } = error;
    throw new ChartError("SEATRIAL_MANIFEST", error.message, { file, details, findings: [finding], cause: error });
  }
}

function toResult(
  answer: HelmTemplateAnswer,
  documents: ManifestDocument[],
  more: Pick<TemplateResult, "namespace" | "releaseName" | "durationMs">,
): TemplateResult {
  const { manifest, notes, hooks, crds, chart, warnings } = answer;
  const objects = documents.map(({ object }) => object);
  const sources = new Map<KubeObject, ManifestDocument>(documents.map((document) => [document.object, document]));
  return {
    ...more,
    manifest,
    documents: objects,
    notes,
    hooks,
    crds,
    chart,
    warnings: maskFindings(warningFindings(warnings, "template"), objects),
    get: (kind, name) => selectOne(objects, { kind, name }, `Chart ${chart.name}`),
    all: (kind) => objects.filter((object) => object.kind === kind),
    sourceOf: (object) => {
      const document = sources.get(object);
      return document === undefined ? undefined : { template: document.template, manifestLine: document.line };
    },
  };
}
