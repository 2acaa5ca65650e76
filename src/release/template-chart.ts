import type { ManifestDocument } from "../chart/manifest.ts";
import { ChartError } from "../errors/chart-error.ts";
import type { Finding } from "../findings/finding.ts";
import { releaseDocuments } from "../findings/release-documents.ts";
import type { HelmTemplateAnswer, HelmTemplateRequest } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { orChartFailure } from "./chart-failure.ts";
import { openChartCall } from "./chart-request.ts";
import type { OptionsFor } from "./chart-values.ts";
import type { TemplateOptions } from "./options.ts";
import type { TemplateResult } from "./results.ts";
import { toTemplateResult } from "./template-result.ts";

/**
 * Renders a chart. Rejects with a `ChartError` (with `findings`) when a template fails, the values do not fit the schema, or
 * the rendered text is not YAML of Kubernetes objects.
 */
export function templateChart<const Path extends string>(
  chart: Path,
  options?: OptionsFor<Path, TemplateOptions>,
): Promise<TemplateResult> {
  const given: TemplateOptions = options ?? {};
  return trackCall(given.signal, async (signal) => (await renderChart(chart, withSignal(given, signal))).result);
}

/** As {@link templateChart}, also for a caller who has to know whether templates look up objects of other releases. */
export async function renderChart(
  chart: string,
  options: TemplateOptions,
): Promise<{ result: TemplateResult; looksBeyond: boolean }> {
  const startedAt = performance.now();
  const { answer, releaseName } = await askForTemplate(chart, options);
  const { namespace = "default" } = options;
  const documents = readDocuments(answer);
  const durationMs = Math.round(performance.now() - startedAt);
  const result = toTemplateResult(answer, documents, { namespace, releaseName, durationMs });
  return { result, looksBeyond: answer.looksBeyond === true };
}

/** What Helm renders, as texts. `changes` are parts of Helm's request that the options do not have. */
export async function askForTemplate(
  chart: string,
  options: TemplateOptions,
  changes: Pick<HelmTemplateRequest, "chartVersion" | "appVersion" | "withValues" | "quickKeys"> = {},
): Promise<{ answer: HelmTemplateAnswer; releaseName: string }> {
  await using call = await openChartCall("templateChart", chart, options);
  const { plane, request, releaseName } = call;
  const { namespace = "default", includeCrds, skipTests, noHooks, isUpgrade, dryRun, signal } = options;
  const kubeVersion = options.kubeVersion ?? emulatedVersion(plane);
  const how = { kubeVersion, includeCrds, skipTests, noHooks, isUpgrade, dryRun };
  const lists = { apiVersions: options.apiVersions?.slice(), showOnly: options.showOnly?.slice() };
  const asked = { ...request, ...how, ...lists, ...changes, namespace, releaseName };
  const template = call.rendering(plane.helm.template(asked, { signal }));
  return { answer: await orChartFailure(template, "template", `Rendering ${chart}`), releaseName };
}

// Helm's own default is the newest version that it knows.
function emulatedVersion({ versions: { kubernetes, emulatedBy } }: ControlPlane): string | undefined {
  return emulatedBy === undefined ? undefined : kubernetes;
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
