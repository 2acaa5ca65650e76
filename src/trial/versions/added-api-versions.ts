import type { TemplateOptions } from "../../release/options.ts";
import type { TemplateResult } from "../../release/results.ts";
import { renderChart } from "../../release/template-chart.ts";
import type { TrialState } from "../steps/trial-state.ts";

/** A rendering for a cluster that serves more than this one. */
export interface AddedRendering {
  rendered: TemplateResult;
  options: TemplateOptions;
}

/**
 * Renders the chart once more, with the API versions of `--api-versions`; `undefined` without any. A dry run and an installation
 * do not see them, because there Helm asks the API server. Adds a note for each kind that could not be sent to it.
 */
export async function renderWithAdded(
  state: TrialState,
  options: TemplateOptions,
): Promise<AddedRendering | undefined> {
  const { addedApiVersions: added = [] } = state.context.inputs;
  if (added.length === 0) return undefined;
  const widened = { ...options, apiVersions: [...(options.apiVersions ?? []), ...added] };
  const { result } = await renderChart(state.plan.chartPath, widened);
  const { discovery } = state.context.plane.kube;
  const kinds = new Map(
    result.documents.map(({ apiVersion, kind }) => [`${kind} of ${apiVersion}`, { apiVersion, kind }]),
  );
  for (const [label, { apiVersion, kind }] of kinds) {
    if ((await discovery.find(apiVersion, kind)) !== undefined) continue;
    state.ownNotes.push(
      `${label}, which only --api-versions lets the chart render, was not sent to the API server: add its definition with --crds`,
    );
  }
  return { rendered: result, options: widened };
}
