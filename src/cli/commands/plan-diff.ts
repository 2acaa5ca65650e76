import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ChartError } from "../../errors/chart-error.ts";
import type { Configuration } from "../../trial/config/configuration.ts";
import { type PlanOptions, planTrials, type TrialPlan } from "../../trial/plan-trials.ts";
import type { ChartHistory, PreviousPlans } from "../../trial/previous/previous-chart.ts";
import { type PreviousOptions, planPrevious } from "./previous-charts.ts";

/** The options of `seatrial diff` that name cases and previous versions. */
export interface DiffPlanOptions extends PreviousOptions {
  filter?: string[];
  values?: string[];
  configuration?: Configuration;
}

/**
 * The cases to compare, each with its previous version. A path may name a chart that has been removed. Rejects with
 * `SEATRIAL_NO_CHARTS` or `SEATRIAL_USAGE`.
 */
export async function planDiff(paths: string[], options: DiffPlanOptions): Promise<PreviousPlans<TrialPlan>> {
  const { since, from, filter, values, configuration } = options;
  const planned = await planExisting(paths, { filters: filter, values, configuration }, since !== undefined);
  const previous = await planPrevious(planned.plans, { ...options, paths });
  if (planned.problem !== undefined && previous.histories?.some(({ kind }) => kind === "removed") !== true) {
    await previous[Symbol.asyncDispose]();
    throw planned.problem;
  }
  if (from === undefined) return previous;
  return { ...previous, histories: await findLeft(paths, from, planned.plans) };
}

// Without a chart, the error is thrown unless a previous version has one.
async function planExisting(
  paths: string[],
  options: PlanOptions,
  mayBeRemoved: boolean,
): Promise<{ plans: TrialPlan[]; problem?: ChartError }> {
  try {
    return await planTrials(paths, options);
  } catch (error) {
    if (!mayBeRemoved || !(error instanceof ChartError) || error.code !== "SEATRIAL_NO_CHARTS") throw error;
    const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    const existing = paths.filter((_path, index) => found[index] !== undefined);
    const isRest = existing.length > 0 && existing.length < paths.length;
    return { plans: isRest ? (await planTrials(existing, options)).plans : [], problem: error };
  }
}

// Of two directories with charts, a chart that only the older one has was removed.
async function findLeft(paths: string[], from: string, plans: readonly TrialPlan[]): Promise<ChartHistory[]> {
  const isDirectory = (await stat(from).catch(() => undefined))?.isDirectory() === true;
  const areCharts = await Promise.all([from, ...(paths.length === 0 ? ["."] : paths)].map(isChart));
  if (!isDirectory || areCharts[0] === true || areCharts.slice(1).every(Boolean)) return [];
  const { plans: older } = await planTrials([from]);
  const names = new Set(plans.map(({ chart }) => chart.name));
  const removed = older.filter(({ chart }) => !names.has(chart.name));
  const unique = new Map(removed.map(({ chart }) => [chart.path, chart]));
  return [...unique.values()].map(({ name, path }) => ({ kind: "removed", name, directory: path, source: from }));
}

async function isChart(path: string): Promise<boolean> {
  const file = path.endsWith(".tgz") ? path : join(path, "Chart.yaml");
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}
