import { basename, resolve } from "node:path";
import { readChartName, toReleaseName } from "../chart/chart.ts";
import { toSetTexts } from "../chart/set-values.ts";
import { toValuesFiles } from "../chart/values-files.ts";
import { ChartError } from "../errors/chart-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { HelmChartRequest, HelmPostRender } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { withHelm } from "../plane/with-helm.ts";
import { describe } from "../util/check-options.ts";
import { type CheckedCall, checkCallOptions } from "./option-checks.ts";
import type { ReleaseNameOptions } from "./options.ts";
import { servePostRenderer } from "./post-renderer.ts";

/** What every helper starts from. */
export interface ChartCall extends AsyncDisposable {
  plane: ControlPlane;
  releaseName: string;
  /** As Chart.yaml has it, or the name of the directory when that cannot be read. */
  chartName: string;
  /** Chart and values as Helm takes them, without namespace and release name. */
  request: HelmChartRequest & HelmPostRender;
  /** Waits for one of Helm's verbs that renders the chart; rejects with the error of the post-renderer, if that has failed. */
  rendering<Value>(work: Promise<Value>): Promise<Value>;
}

/**
 * Checks the options, writes the values to files, and serves the post-renderer. Disposing of the call removes the files and ends
 * the post-renderer.
 */
export async function openChartCall(
  call: CheckedCall,
  chart: string,
  options: Omit<ReleaseNameOptions, "namespace">,
): Promise<ChartCall> {
  if (typeof chart !== "string" || chart === "")
    throw new UsageError(`${call}: the chart must be a path, got ${describe(chart)}`);
  checkCallOptions(call, options);
  const plane = await withHelm(options.controlPlane ?? currentControlPlane(), options.helm);
  const path = resolve(chart);
  const chartName = await nameOf(path);
  const releaseName = options.releaseName ?? toReleaseName(chartName);
  const files = await toValuesFiles(options.values);
  const { postRenderer } = options;
  const served = postRenderer === undefined ? undefined : await servePostRenderer(postRenderer);
  const request: ChartCall["request"] = {
    chart: path,
    valueFiles: files.paths,
    ...toSetTexts(options),
    skipSchemaValidation: options.skipSchemaValidation,
    renderTimeout: options.renderTimeout,
    dependencyUpdate: options.dependencyUpdate,
    ...(served === undefined ? {} : { postRenderer: served.socket }),
  };
  const rendering = <Value>(work: Promise<Value>) => (served === undefined ? work : served.whileServing(work));
  const dispose = async () => {
    await served?.[Symbol.asyncDispose]();
    await files[Symbol.asyncDispose]();
  };
  return { plane, releaseName, chartName, request, rendering, [Symbol.asyncDispose]: dispose };
}

// Helm says best what is wrong with a path that is not a chart.
async function nameOf(path: string): Promise<string> {
  try {
    return await readChartName(path);
  } catch (error) {
    if (error instanceof ChartError) return basename(path);
    throw error;
  }
}
