import { dirname, relative, resolve, sep } from "node:path";
import fastGlob from "fast-glob";
import { ChartError } from "../errors/chart-error.ts";

export interface FindChartsOptions {
  /** Where relative patterns begin. @default the working directory */
  cwd?: string | undefined;
}

/**
 * The absolute folders of charts, sorted. Patterns are folders or globs of folders: of each, the charts at or below it
 * are taken. Left out are `node_modules`, hidden folders, and charts inside another chart (its `charts/` folder holds
 * dependencies, its other folders test data). Rejects with `SEATRIAL_NO_CHARTS` when a pattern finds none.
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
        hint: `a chart is a folder with a Chart.yaml; looked below ${cwd}`,
        details: { pattern, cwd },
      });
    }
    for (const chart of charts) found.add(chart);
  }
  return [...found].sort();
}

async function findBelow(pattern: string, cwd: string): Promise<string[]> {
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

function outermost(folders: string[]): string[] {
  const charts: string[] = [];
  for (const folder of folders.sort((one, other) => one.length - other.length)) {
    const isInside = charts.some(
      (chart) => folder !== chart && !relative(chart, folder).startsWith(`..`) && folder.startsWith(chart + sep),
    );
    if (!isInside) charts.push(folder);
  }
  return charts;
}
