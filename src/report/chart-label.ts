import type { TrialResult } from "../trial/trial-result.ts";

type Chart = TrialResult["chart"];

/**
 * A function that names a chart for people: `web 1.2.0`, and `web 1.2.0 (charts/web)` when another chart of the run has the
 * same name.
 */
export function makeChartLabel(trials: readonly TrialResult[]): (chart: Chart) => string {
  const isAmbiguous = findNamesakes(trials);
  return (chart) => {
    const name = chart.version === "" ? chart.name : `${chart.name} ${chart.version}`;
    return isAmbiguous(chart) ? `${name} (${chart.path})` : name;
  };
}

/** A function that names a chart for programs: its name, or its path when another chart of the run has the same name. */
export function makeChartKey(trials: readonly TrialResult[]): (chart: Chart) => string {
  const isAmbiguous = findNamesakes(trials);
  return (chart) => (isAmbiguous(chart) ? chart.path : chart.name);
}

function findNamesakes(trials: readonly TrialResult[]): (chart: Chart) => boolean {
  const paths = new Map<string, Set<string>>();
  for (const { chart } of trials) paths.set(chart.name, (paths.get(chart.name) ?? new Set()).add(chart.path));
  return ({ name }) => (paths.get(name)?.size ?? 0) > 1;
}
