import { toReleaseName } from "../../src/chart/chart.ts";
import { ChartError } from "../../src/errors/chart-error.ts";
import { type ChartObject, chartObjects } from "../../src/findings/chart-objects.ts";
import { releaseDocuments } from "../../src/findings/release-documents.ts";
import type { KubeResource } from "../../src/kube/discovery.ts";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import type { TemplateOptions } from "../../src/release/options.ts";
import type { TemplateResult } from "../../src/release/results.ts";
import { askForTemplate } from "../../src/release/template-chart.ts";
import { toTemplateResult } from "../../src/release/template-result.ts";
import type { TrialPlan } from "../../src/trial/plan-trials.ts";
import { prepareChart } from "../../src/trial/prepare-chart.ts";

/** A case of a chart as the checks of `seatrial check` get it. */
export interface RenderedCase {
  plan: TrialPlan;
  /** All cases of the chart, with the first of them; empty with the others. */
  ofChart: readonly TrialPlan[];
  plane: ControlPlane;
  /** The chart, or a copy with its dependencies. */
  chartPath: string;
  options: TemplateOptions & { namespace: string; releaseName: string };
  rendered: TemplateResult;
  objects: ChartObject[];
  /** What the API server serves; a run asks once. */
  served: readonly KubeResource[];
}

/**
 * Renders the cases of a chart, whose copies `directories` removes. Default values that do not render next to other cases are left
 * out, as `seatrial check` does; rejects when another case does not render.
 */
export async function renderCases(
  plans: readonly TrialPlan[],
  plane: ControlPlane,
  directories: AsyncDisposableStack,
): Promise<RenderedCase[]> {
  const rendered: RenderedCase[] = [];
  for (const plan of plans) {
    try {
      const ofChart = rendered.length === 0 ? plans : [];
      rendered.push({ ...(await renderCase(plan, plane, directories)), ofChart });
    } catch (error) {
      if (!plan.isOptional || !(error instanceof ChartError)) throw error;
    }
  }
  return rendered;
}

async function renderCase(
  plan: TrialPlan,
  plane: ControlPlane,
  directories: AsyncDisposableStack,
): Promise<Omit<RenderedCase, "ofChart">> {
  const chart = directories.use(await prepareChart(plane, plan.chartPath, plan.chart.path, undefined));
  const options = {
    values: plan.values,
    controlPlane: plane,
    namespace: "bench",
    releaseName: toReleaseName(plan.chart.name),
    kubeVersion: plane.versions.kubernetes,
  };
  const { answer } = await askForTemplate(chart.path, options);
  return {
    plan,
    plane,
    chartPath: chart.path,
    options,
    rendered: toTemplateResult(answer, releaseDocuments(answer), { ...options, durationMs: 0 }),
    objects: chartObjects(answer, { withCrds: true, withHooks: true }),
    served: await plane.kube.discovery.all(),
  };
}
