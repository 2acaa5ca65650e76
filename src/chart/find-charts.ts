import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
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
    if (pattern === "") {
      throw new ChartError("SEATRIAL_NO_CHARTS", "The path of a chart is empty", {
        hint: "a shell variable without a value may be the reason; `.` is the working directory",
      });
    }
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
  // A name may have the characters of a glob, too.
  const named = resolve(cwd, pattern);
  const isGlob = fastGlob.isDynamicPattern(pattern) && !(await stat(named).catch(() => undefined))?.isDirectory();
  return outermost(isGlob ? await findByGlob(pattern, cwd) : await findInside(named));
}

async function findByGlob(pattern: string, cwd: string): Promise<string[]> {
  const { default: fastGlob } = await import("fast-glob");
  const glob = pattern.replace(/\/+$/, "").replace(/\/Chart\.yaml$/, "");
  const directories = await fastGlob(glob, {
    ...{ cwd, onlyDirectories: true, suppressErrors: true, followSymbolicLinks: false },
    ignore: ["**/node_modules/**", "**/.*/**"],
  });
  const found = await Promise.all(directories.map((directory) => findInside(resolve(cwd, directory))));
  return [...new Set(found.flat())];
}

// No glob: the library reads a backslash in a name as a slash, and `**` matches no line break.
async function findInside(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  if (entries.some((entry) => entry.name === "Chart.yaml" && !entry.isDirectory())) return [directory];
  const isSearched = ({ name }: { name: string }) => name !== "node_modules" && !name.startsWith(".");
  const inner = entries.filter((entry) => entry.isDirectory() && isSearched(entry));
  return (await Promise.all(inner.map((entry) => findInside(join(directory, entry.name))))).flat();
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
