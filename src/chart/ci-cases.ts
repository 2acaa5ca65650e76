import { readdir } from "node:fs/promises";
import { join } from "node:path";

const CASE_FILE = /-values\.ya?ml$/;

/** One set of values to try a chart with. */
export interface ChartCase {
  /** `default` for the chart's own values, else the path of the values file in the chart: `ci/ha-values.yaml`. */
  name: string;
  /** Absolute paths of values files; later ones win. */
  values: string[];
}

/** The cases of a chart: its own values, then each `ci/*-values.yaml`, sorted by name, as in chart-testing. */
export async function findCases(chartPath: string): Promise<ChartCase[]> {
  const names = (await listValuesFiles(chartPath)).filter((name) => CASE_FILE.test(name));
  return [{ name: "default", values: [] }, ...names.map((name) => ({ name, values: [join(chartPath, name)] }))];
}

/** The YAML files in a chart's `ci/` directory that are not cases, sorted: `ci/values-prod.yaml`. */
export async function findUntriedFiles(chartPath: string): Promise<string[]> {
  return (await listValuesFiles(chartPath)).filter((name) => !CASE_FILE.test(name) && name !== "ci/seatrial.yaml");
}

// No glob: the library reads a backslash in a name as a slash.
async function listValuesFiles(chartPath: string): Promise<string[]> {
  const entries = await readdir(join(chartPath, "ci"), { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory() && /^(?!\.).*\.ya?ml$/s.test(entry.name));
  return files.map((entry) => `ci/${entry.name}`).sort();
}
