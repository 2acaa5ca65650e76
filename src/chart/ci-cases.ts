import { join } from "node:path";

/** One set of values to try a chart with. */
export interface ChartCase {
  /** `default` for the chart's own values, else the path of the values file in the chart: `ci/ha-values.yaml`. */
  name: string;
  /** Absolute paths of values files; later ones win. */
  values: string[];
}

/** The cases of a chart: its own values, then each `ci/*-values.yaml`, sorted by name, as in chart-testing. */
export async function findCases(chartPath: string): Promise<ChartCase[]> {
  const { default: fastGlob } = await import("fast-glob");
  const files = await fastGlob("ci/*-values.{yaml,yml}", { cwd: chartPath, suppressErrors: true });
  const ci = files.sort().map((name) => ({ name, values: [join(chartPath, name)] }));
  return [{ name: "default", values: [] }, ...ci];
}

/** The YAML files in a chart's `ci/` directory that are not cases, sorted: `ci/values-prod.yaml`. */
export async function findUntriedFiles(chartPath: string): Promise<string[]> {
  const { default: fastGlob } = await import("fast-glob");
  const files = await fastGlob("ci/*.{yaml,yml}", { cwd: chartPath, suppressErrors: true });
  return files.filter((name) => !/-values\.ya?ml$/.test(name)).sort();
}
