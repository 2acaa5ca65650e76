import { readChartName } from "../../chart/chart.ts";
import { findCharts } from "../../chart/find-charts.ts";
import { ChartError } from "../../errors/chart-error.ts";
import { fromCwd } from "../../util/from-cwd.ts";
import { globPattern } from "../../util/glob.ts";
import { nearestName } from "../../util/text/nearest-name.ts";
import type { ConfigProblem } from "./config-schema.ts";

/** A chart by its names in a seatrial.yaml. */
export interface NamedChart {
  name: string;
  /** Absolute. */
  path: string;
}

/** Whether a key of `charts` is the name or the path of a chart, or a pattern of them. */
export function isChartKey(key: string, { name, path }: NamedChart, directory: string): boolean {
  const pattern = globPattern(key.replace(/^\.\//, "").replace(/\/+$/, ""));
  return pattern.test(name) || pattern.test(fromCwd(path, directory));
}

/** The problems of the keys of `charts` that fit no chart of the run, and no chart at or below the file. */
export async function findUnknownCharts(
  keys: readonly string[],
  charts: readonly NamedChart[],
  directory: string,
): Promise<ConfigProblem[]> {
  const open = keys.filter((key) => !charts.some((chart) => isChartKey(key, chart, directory)));
  if (open.length === 0) return [];
  const others = await chartsBelow(directory);
  const unknown = open.filter((key) => !others.some((chart) => isChartKey(key, chart, directory)));
  const names = [...others, ...charts].flatMap(({ name, path }) => [name, fromCwd(path, directory)]);
  return unknown.map((key) => {
    const nearest = nearestName(key, names);
    const hint = nearest === undefined ? "" : `: did you mean ${nearest}?`;
    return { path: ["charts", key], message: `no chart has this name or this path${hint}` };
  });
}

async function chartsBelow(directory: string): Promise<NamedChart[]> {
  const paths = await findCharts(["."], { cwd: directory }).catch(orNone<string[]>([]));
  return Promise.all(
    paths.map(async (path) => ({ path, name: await readChartName(path).catch(orNone(fromCwd(path, directory))) })),
  );
}

// A chart that cannot be read is reported by its own trial.
function orNone<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof ChartError) return value;
    throw error;
  };
}
