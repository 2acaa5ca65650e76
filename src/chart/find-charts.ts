import { dirname, relative, resolve, sep } from "node:path";
import { ChartError } from "../errors/chart-error.ts";

export interface FindChartsOptions {
  /** Where relative patterns start. @default the working directory */
  cwd?: string | undefined;
}

/**
 * The absolute directories of charts, sorted. Patterns are directories or globs of directories: the charts at or below each
 * of them are found. Left out are `node_modules`, hidden directories, and charts inside another chart (its `charts/`
 * directory contains dependencies, its other directories test data). Rejects with `SEATRIAL_NO_CHARTS` when a pattern finds none.
 */
export async function findCharts(
  patterns: readonly string[] = ["."],
  options: FindChartsOptions = {},
): Promise<string[]> {
  const cwd = resolve(options.cwd ?? ".");
  const found = new Set<string>();
  for (const pattern of patterns) {
    const charts = await findBelow(pattern, cwd);
    if (charts.length === 0) {
      throw new ChartError("SEATRIAL_NO_CHARTS", `No chart was found at or below ${pattern}`, {
        hint: `a chart is a directory with a Chart.yaml; looked below ${cwd}`,
        details: { pattern, cwd },
      });
    }
    for (const chart of charts) found.add(chart);
  }
  return [...found].sort();
}

async function findBelow(pattern: string, cwd: string): Promise<string[]> {
  const { default: fastGlob } = await import("fast-glob");
  const isGlob = fastGlob.isDynamicPattern(pattern);
  const base = isGlob ? cwd : resolve(cwd, pattern);
  const glob = isGlob ? `${pattern.replace(/\/+$/, "").replace(/\/Chart\.yaml$/, "")}/**/Chart.yaml` : "**/Chart.yaml";
  const files = await fastGlob(glob, {
    cwd: base,
    absolute: true,
    ignore: ["**/node_modules/**", "**/.*/**"],
    suppressErrors: true,
    followSymbolicLinks: false,
  });
  return outermost(files.map((file) => resolve(dirname(file))));
}

function outermost(directories: string[]): string[] {
  const charts: string[] = [];
  for (const directory of directories.sort((one, other) => one.length - other.length)) {
    const isInside = charts.some(
      (chart) =>
        directory !== chart && !relative(chart, directory).startsWith(`..`) && directory.startsWith(chart + sep),
    );
    if (!isInside) charts.push(directory);
  }
  return charts;
}
