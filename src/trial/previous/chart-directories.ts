import { resolve } from "node:path";
import { readChart } from "../../chart/chart.ts";
import { ChartError } from "../../errors/chart-error.ts";

const FILE = "file://";

/** The directory of a chart and those of its `file://` dependencies, also of their dependencies; absolute. */
export async function chartDirectories(chartPath: string, known: readonly string[] = []): Promise<string[]> {
  const all = [...known, chartPath];
  for (const directory of await fileDependencies(chartPath)) {
    if (!all.includes(directory)) all.push(...(await chartDirectories(directory, all)).slice(all.length));
  }
  return all;
}

/** The directories of the `file://` dependencies of one chart; empty when its Chart.yaml cannot be read. */
export async function fileDependencies(chartPath: string): Promise<string[]> {
  try {
    const { metadata } = await readChart(chartPath);
    return metadata.dependencies.flatMap(({ repository = "" }) =>
      repository.startsWith(FILE) ? [resolve(chartPath, repository.slice(FILE.length))] : [],
    );
  } catch (error) {
    if (error instanceof ChartError) return [];
    throw error;
  }
}
