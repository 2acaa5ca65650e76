import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { readChart } from "../chart/chart.ts";
import { type ChartCase, findCases, findUntriedFiles } from "../chart/ci-cases.ts";
import { findCharts } from "../chart/find-charts.ts";
import { ChartError } from "../errors/chart-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { fromCwd } from "../util/from-cwd.ts";
import { globPattern } from "../util/glob.ts";
import type { CaseSettings } from "./config/case-settings.ts";
import type { Configuration, ConfiguredCase } from "./config/configuration.ts";
import type { NamedChart } from "./config/unknown-charts.ts";
import type { PreviousChart } from "./previous/previous-chart.ts";
import type { TrialCase, TrialChart } from "./trial-result.ts";

/** One trial to run. */
export interface TrialPlan {
  id: string;
  chart: TrialChart;
  case: TrialCase;
  /** Absolute: a directory or a `.tgz`. */
  chartPath: string;
  /** Absolute values files. */
  values: string[];
  /** A library chart has nothing to install. */
  isLibrary: boolean;
  /** The case brings the values that the chart requires: it is a file in `ci/`, or a case of a seatrial.yaml. */
  isCi: boolean;
  /** It is left out when it does not render: the chart has other cases, as in chart-testing. */
  isOptional: boolean;
  /** A seatrial.yaml names the case. @default false */
  isNamed?: boolean;
  /** The settings in the files seatrial.yaml. @default none */
  settings?: CaseSettings;
  /** The version to upgrade from. @default none */
  previous?: PreviousChart;
  /** The run compares with previous versions. @default false */
  isComparing?: boolean;
  /** The run compares Helm 3 with Helm 4. @default false */
  comparesHelms?: boolean;
  /** The version of Kubernetes that was asked for, such as `1.35`. @default none */
  kubernetesVersion?: string;
  /** All versions of Kubernetes of the run. @default only that of the control plane */
  triedVersions?: readonly string[];
  /** Why the case is left out on this version. @default it is tried */
  notTried?: string;
  /** Why the chart is not installed on this version. @default it is installed */
  notInstalled?: string;
  /** The previous version that Chart.yaml's version has to exceed and does not. @default none */
  unbumped?: { version: string; source: string; files: string[] };
  /** What the plan of the chart leaves out, for the report. */
  notes: string[];
}

export interface PlanOptions {
  /** Where relative paths start. @default the working directory */
  cwd?: string | undefined;
  /**
   * Only trials whose id contains one of the texts or matches one of the globs. An id is not a path: `*` is any text, also
   * across `/`, so that `web/*` is every case of a chart; `?` is one character. @default all
   */
  filters?: readonly string[] | undefined;
  /** Values files for every case, after its own. @default none */
  values?: readonly string[] | undefined;
  /** The files seatrial.yaml, with settings and further cases. @default they are not read */
  configuration?: Configuration | undefined;
}

const NOT_A_CASE = "the name of a values file in ci/ ends in -values.yaml";
const NOT_A_CONFIG = "the settings of a chart are in ci/seatrial.yaml";
const packagedChart = /\.(?:tgz|tar\.gz)$/;

/**
 * The trials of all charts at or below the given paths, chart by chart in the order of their paths. Rejects with
 * `SEATRIAL_NO_CHARTS` for a path without a chart and with `SEATRIAL_USAGE` when the filters leave nothing, or when a
 * seatrial.yaml is wrong.
 */
export async function planTrials(
  paths: readonly string[],
  options: PlanOptions = {},
): Promise<{ plans: TrialPlan[]; filteredOutCount: number }> {
  const cwd = resolve(options.cwd ?? ".");
  const charts = await findChartPaths(paths, cwd);
  const perChart = await Promise.all(charts.map((path) => planChart(path, cwd, options)));
  await options.configuration?.checkCharts(perChart.flatMap((plans) => plans.slice(0, 1).map(toNamedChart)));
  const all = withUniqueIds(perChart).flat();
  const filters = options.filters ?? [];
  const chosen = filters.length === 0 ? all : all.filter(({ id }) => filters.some((filter) => matches(id, filter)));
  const plans = withOptionalDefaults(chosen);
  if (plans.length > 0) return { plans, filteredOutCount: all.length - plans.length };
  throw new UsageError(`Nothing to check: none of ${all.length} cases matches ${filters.map(quote).join(" or ")}`, {
    hint: `cases are named like ${all
      .slice(0, 3)
      .map(({ id }) => id)
      .join(", ")}`,
  });
}

async function findChartPaths(paths: readonly string[], cwd: string): Promise<string[]> {
  const directories: string[] = [];
  const found: string[] = [];
  for (const path of paths.length === 0 ? ["."] : paths) {
    const absolute = resolve(cwd, path);
    const kind = await stat(absolute).catch(() => undefined);
    if (kind?.isFile() && packagedChart.test(path)) found.push(absolute);
    else if (kind?.isFile() && basename(path) === "Chart.yaml") directories.push(resolve(absolute, ".."));
    else if (kind?.isFile()) throw noChart(path, "it is a file, and neither a packaged chart (.tgz) nor a Chart.yaml");
    else if (kind === undefined && !/[*?[\]{}!]/.test(path)) throw noChart(path, "nothing exists at this path");
    else directories.push(path);
  }
  if (directories.length > 0) found.push(...(await findCharts(directories, { cwd })));
  return [...new Set(found)].sort();
}

function noChart(path: string, problem: string): ChartError {
  return new ChartError("SEATRIAL_NO_CHARTS", `${path} is not a chart: ${problem}`, {
    hint: "name a chart's directory, a .tgz, a directory that contains charts, or a glob",
  });
}

// The default values of a chart may be incomplete when other cases of it are tried.
function withOptionalDefaults(plans: readonly TrialPlan[]): TrialPlan[] {
  const installed = plans.filter(({ isCi, settings }) => isCi && (settings?.failures ?? []).length === 0);
  const charts = new Set(installed.map(({ chartPath }) => chartPath));
  return plans.map((plan) => ({ ...plan, isOptional: !plan.isCi && !plan.isNamed && charts.has(plan.chartPath) }));
}

async function planChart(chartPath: string, cwd: string, options: PlanOptions): Promise<TrialPlan[]> {
  const { configuration } = options;
  const { chart, isLibrary } = await describeChart(chartPath, cwd);
  const isPackaged = packagedChart.test(chartPath);
  const own: ChartCase[] = isPackaged ? [{ name: "default", values: [] }] : await findCases(chartPath);
  const untried = isPackaged ? [] : await findUntriedFiles(chartPath);
  const unread = await configuration?.findUnread(chartPath);
  const given = (options.values ?? []).map((file) => resolve(cwd, file));
  const named = { path: chartPath, name: chart.name, isPackaged };
  const cases: PlannedCase[] = configuration === undefined ? own : await configuration.configure(named, own);
  return cases.map(({ name, values, settings, isNamed = false, isNew = false }, index) => ({
    id: `${chart.name}/${name}`,
    chart,
    case: {
      name,
      values: [...values, ...given].map((file) => configuration?.labelOf(file) ?? fromCwd(file, cwd)),
    },
    chartPath,
    values: [...values, ...given],
    isLibrary,
    isCi: name.startsWith("ci/") || isNew || (settings?.failures ?? []).length > 0,
    isOptional: false,
    isNamed,
    ...(settings === undefined ? {} : { settings }),
    notes: [
      ...(index > 0 ? [] : untried.map((file) => `${file} of ${chart.name}: ${NOT_A_CASE}`)),
      ...(index > 0 || unread === undefined ? [] : [`${unread}: ${NOT_A_CONFIG}`]),
    ],
  }));
}

type PlannedCase = ChartCase & Partial<ConfiguredCase>;

function toNamedChart({ chartPath, chart }: TrialPlan): NamedChart {
  return { path: chartPath, name: chart.name };
}

// An unreadable Chart.yaml is a fault of the chart, which its trial reports. Here only a name is needed.
async function describeChart(chartPath: string, cwd: string): Promise<{ chart: TrialChart; isLibrary: boolean }> {
  const path = fromCwd(chartPath, cwd);
  const packaged = /^(.+?)-v?(\d+\.\d+.*)\.(?:tgz|tar\.gz)$/.exec(basename(chartPath));
  if (packaged !== null) {
    return { chart: { name: packaged[1] ?? "", version: packaged[2] ?? "", path }, isLibrary: false };
  }
  try {
    const { metadata } = await readChart(chartPath);
    return { chart: { name: metadata.name, version: metadata.version, path }, isLibrary: metadata.type === "library" };
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    const name = basename(chartPath).replace(packagedChart, "");
    return { chart: { name, version: "", path }, isLibrary: false };
  }
}

// The ids of charts with the same name have their paths.
function withUniqueIds(perChart: TrialPlan[][]): TrialPlan[][] {
  const counts = Map.groupBy(perChart, (plans) => plans[0]?.chart.name);
  return perChart.map((plans) =>
    (counts.get(plans[0]?.chart.name)?.length ?? 0) < 2
      ? plans
      : plans.map((plan) => ({ ...plan, id: `${plan.chart.path}/${plan.case.name}` })),
  );
}

function matches(id: string, filter: string): boolean {
  if (!/[*?]/.test(filter)) return id.includes(filter);
  return globPattern(filter).test(id);
}

function quote(text: string): string {
  return `"${text}"`;
}
