import { readdir } from "node:fs/promises";
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
  // No glob: the library reads a backslash in a name as a slash.
  const entries = await readdir(join(chartPath, "ci"), { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory() && /^(?!\.).*-values\.ya?ml$/s.test(entry.name));
  const names = files.map((entry) => `ci/${entry.name}`).sort();
  const ci = names.map((name) => ({ name, values: [join(chartPath, name)] }));
  return [{ name: "default", values: [] }, ...ci];
}
