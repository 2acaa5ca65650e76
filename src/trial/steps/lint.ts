import type { Finding } from "../../findings/finding.ts";
import { lintChart } from "../../release/lint-chart.ts";
import { prepareChart } from "../prepare-chart.ts";
import type { TrialState } from "./trial-state.ts";

/** Builds missing file dependencies, and runs Helm's lint rules. */
export async function lint(state: TrialState): Promise<Finding[]> {
  const { plane, signal } = state.context;
  const { chartPath, chart } = state.plan;
  state.chart = await prepareChart(plane, chartPath, chart.path, signal);
  const { findings } = await lintChart(state.plan.chartPath, state.common);
  return findings;
}
