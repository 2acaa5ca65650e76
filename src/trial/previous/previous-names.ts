import { SeatrialError } from "../../errors/seatrial-error.ts";
import { renderChart } from "../../release/template-chart.ts";
import { type ClusterNames, findClusterNames } from "../../sharing/cluster-names.ts";
import { type PreparedChart, prepareChart } from "../prepare-chart.ts";
import type { TrialState } from "../steps/trial-state.ts";
import type { PreviousChart } from "./previous-chart.ts";

/** The previous version with its dependencies; prepared once. */
export async function openPrevious(state: TrialState, previous: PreviousChart): Promise<PreparedChart> {
  const { plane, signal } = state.context;
  const label = `${state.plan.chart.name} of ${previous.source}`;
  state.previousChart ??= await prepareChart(plane, previous.chartPath, label, signal);
  return state.previousChart;
}

/** What the previous version creates outside the namespace of the trial; `undefined` when it cannot be rendered. */
export async function previousNames(state: TrialState): Promise<ClusterNames | undefined> {
  const { previous } = state.plan;
  const { plane, inputs, signal } = state.context;
  if (previous === undefined || inputs.skip?.includes("upgrade-from") === true) return undefined;
  try {
    const { path } = await openPrevious(state, previous);
    const kubeVersion = plane.versions.kubernetes;
    const named = { values: previous.values, releaseName: state.rendered.releaseName };
    const options = { ...state.inNamespace, ...named, kubeVersion, apiVersions: inputs.apiVersions };
    const { result, looksBeyond } = await renderChart(path, options);
    state.previousCrds = result.crds;
    const names = await findClusterNames(result, plane.kube, signal);
    return { ...names, isExclusive: names.isExclusive || looksBeyond };
  } catch (error) {
    // The step upgrade-from says what is wrong with it.
    if (error instanceof SeatrialError) return undefined;
    throw error;
  }
}
