import { stat } from "node:fs/promises";
import { UsageError } from "../../errors/usage-error.ts";
import { planTrials, type TrialPlan } from "../plan-trials.ts";
import type { PreviousPlans } from "./previous-chart.ts";
import { previousValues } from "./previous-values.ts";
import { type PullOptions, pullChart } from "./pull-chart.ts";
import { parseRemoteChart, withoutPassword } from "./remote-chart.ts";

/**
 * The trials, each with the previous version that `from` names: a chart's directory, a `.tgz`, a directory that contains charts, or
 * a published chart, which is pulled; see `parseRemoteChart`. Charts are matched by their names; a single chart on both sides needs
 * none. Rejects with `SEATRIAL_NO_CHARTS`, `SEATRIAL_USAGE`, or as `pullChart` does.
 */
export async function planFrom(
  plans: readonly TrialPlan[],
  from: string,
  options?: PullOptions,
): Promise<PreviousPlans<TrialPlan>> {
  const exists = (await stat(from).catch(() => undefined)) !== undefined;
  const remote = exists || options === undefined ? undefined : parseRemoteChart(from);
  if (remote === undefined || options === undefined) return planFromPath(plans, from, from);
  const label = withoutPassword(from);
  const pulled = await pullChart(remote, `--from ${label}`, options);
  try {
    const planned = await planFromPath(plans, pulled.path, label);
    return { ...planned, [Symbol.asyncDispose]: pulled[Symbol.asyncDispose] };
  } catch (error) {
    await pulled[Symbol.asyncDispose]();
    throw error;
  }
}

async function planFromPath(
  plans: readonly TrialPlan[],
  path: string,
  from: string,
): Promise<PreviousPlans<TrialPlan>> {
  const { plans: previous } = await planTrials([path]);
  const isSingle = [previous, plans].every((each) => new Set(each.map(({ chartPath }) => chartPath)).size === 1);
  const notes = new Set<string>();
  const match = async (plan: TrialPlan): Promise<TrialPlan> => {
    const versions = previous.filter(({ chart }) => isSingle || chart.name === plan.chart.name);
    // A case that the previous version does not have started from its defaults.
    const old = versions.find((each) => each.case.name === plan.case.name) ?? versions[0];
    if (old === undefined) {
      notes.add(`${plan.chart.name} (${from} has no previous version of it)`);
      return plan;
    }
    const { chartPath, chart } = old;
    const values = await previousValues(plan, plan.chartPath, chartPath);
    return { ...plan, previous: { chartPath, version: chart.version, source: from, values, mayBeSame: false } };
  };
  const matched = await Promise.all(plans.map(match));
  if (matched.every((plan) => plan.previous === undefined)) {
    const names = [...new Set(previous.map(({ chart }) => chart.name))].join(", ");
    throw new UsageError(`--from ${from}: it has ${names}, and none of these charts is checked`);
  }
  return { plans: matched, notes: [...notes], [Symbol.asyncDispose]: () => Promise.resolve() };
}
