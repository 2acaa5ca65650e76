import { type ManifestDocument, parseManifest, splitDocuments } from "../../chart/manifest.ts";
import { ChartError } from "../../errors/chart-error.ts";
import type { HelmTemplateAnswer, HelmTemplateRequest } from "../../helm/types.ts";
import type { TemplateOptions } from "../../release/options.ts";
import type { TemplateResult } from "../../release/results.ts";
import { askForTemplate } from "../../release/template-chart.ts";

/** The chart of a trial, as it was rendered, and how. */
export interface StockSubject {
  chartPath: string;
  rendered: TemplateResult;
  options: TemplateOptions;
}

type Changes = Pick<HelmTemplateRequest, "chartVersion" | "appVersion" | "withValues">;

/** The chart rendered under other conditions, with quick keys; `undefined` when it refuses them. */
export async function renderAgain(
  { chartPath, options }: Pick<StockSubject, "chartPath" | "options">,
  more: Partial<TemplateOptions>,
  changes: Changes = {},
): Promise<HelmTemplateAnswer | undefined> {
  const asked = { ...changes, quickKeys: true };
  return orRefused(async () => (await askForTemplate(chartPath, { ...options, ...more }, asked)).answer);
}

/** The result of the work; `undefined` when it rejects with a fault of the chart. */
export async function orRefused<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ChartError) return undefined;
    throw error;
  }
}

/** The documents of a manifest whose text is relevant; only these are parsed. Empty when one of them cannot be read. */
export function relevantDocuments(manifest: string, isRelevant: (text: string) => boolean): ManifestDocument[] {
  try {
    return splitDocuments(manifest)
      .filter(({ text }) => isRelevant(text))
      .flatMap(({ text }) => parseManifest(text));
  } catch (error) {
    if (error instanceof ChartError) return [];
    throw error;
  }
}
