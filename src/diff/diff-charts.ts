import { availableParallelism } from "node:os";
import { toReleaseName } from "../chart/chart.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { TrialPlan } from "../trial/plan-trials.ts";
import { prepareChart } from "../trial/prepare-chart.ts";
import type { ChartHistory, PreviousPlans } from "../trial/previous/previous-chart.ts";
import { toTrialError } from "../trial/step-runner.ts";
import type { TrialChart } from "../trial/trial-result.ts";
import { mapLimit } from "../util/map-limit.ts";
import { throwIfAborted } from "../util/race.ts";
import { diffCase, hasEngineEnded } from "./diff-case.ts";
import { type CaseDiff, type ChartDiff, type DiffResult, worstVerdict } from "./diff-result.ts";
import { removedCases } from "./removed-cases.ts";
import type { DiffInputs, Renderer } from "./render-version.ts";
import type { StoredDiffer } from "./stored-differ.ts";

/** What to compare. */
export interface DiffOptions {
  plans: Pick<PreviousPlans<TrialPlan>, "plans" | "notes" | "histories">;
  renderer: Renderer;
  inputs: DiffInputs;
  /** Compares what an API server stores. @default only what is rendered */
  stored?: StoredDiffer | undefined;
  /** When the run started, by `performance.now()`. */
  startedMs: number;
}

// Each keeps one of the engine's workers busy; the start of a worker takes longer than most charts.
const CHARTS_AT_ONCE = availableParallelism();

/**
 * Compares the charts with their previous versions, side by side, and resolves with what differs, in the order of the plans. Rejects
 * with `SEATRIAL_CANCELLED`, and when the engine has ended.
 */
export async function diffCharts({ plans, renderer, inputs, stored, startedMs }: DiffOptions): Promise<DiffResult> {
  const histories = plans.histories ?? [];
  const perChart = [...Map.groupBy(plans.plans, ({ chartPath }) => chartPath).values()];
  const limit = stored === undefined ? CHARTS_AT_ONCE : 1;
  const compared = await mapLimit(perChart, limit, (cases) =>
    diffChart(cases, { renderer, inputs, stored, histories }),
  );
  const gone = await Promise.all(perChart.map(([plan]) => removedCases(plan as TrialPlan)));
  const result = toDiffResult(plans, compared, startedMs);
  return { ...result, notes: [...result.notes, ...gone.flat()] };
}

/** The result with the charts that were compared, and those that were removed. */
export function toDiffResult(
  { plans, notes, histories = [] }: DiffOptions["plans"],
  compared: readonly ChartDiff[],
  startedMs: number,
): DiffResult {
  const charts = [...compared, ...histories.filter(({ kind }) => kind === "removed").map(toRemoved)];
  const verdict = worstVerdict(charts.map((chart) => chart.verdict));
  return {
    verdict: verdict === "skipped" ? "same" : verdict,
    charts,
    unchanged: namesOf(histories.filter(({ kind }) => kind === "unchanged")),
    // What histories say is shown with the charts.
    notes: [...plans.flatMap((plan) => plan.notes), ...(histories.length === 0 ? notes : [])],
    durationMs: performance.now() - startedMs,
  };
}

// Charts of one name have their paths.
function namesOf(charts: readonly ChartHistory[]): string[] {
  const isAmbiguous = (name: string) => charts.filter((each) => each.name === name).length > 1;
  return charts.map(({ name, path = name }) => (isAmbiguous(name) ? path : name));
}

async function diffChart(
  cases: readonly TrialPlan[],
  how: Pick<DiffOptions, "renderer" | "inputs" | "stored"> & { histories: readonly ChartHistory[] },
): Promise<ChartDiff> {
  const { chart, previous } = cases[0] as TrialPlan;
  const { renderer } = how;
  const history = how.histories.find(
    ({ path, kind }) => path === chart.path && (kind === "renamed" || kind === "packaged"),
  );
  const described = describe(chart, previous, history);
  try {
    if (history?.kind === "packaged") throw packagedChart(chart);
    const results = await compareCases(cases, how);
    return { ...described, verdict: verdictOf(results, previous === undefined), cases: results };
  } catch (error) {
    throwIfAborted(renderer.signal);
    if (hasEngineEnded(error)) throw error;
    const failed = cases.map(({ case: { name } }): CaseDiff => {
      return { name, verdict: "errored", objects: [], random: [], error: toTrialError(error) };
    });
    return { ...described, verdict: "errored", cases: failed };
  }
}

async function compareCases(
  cases: readonly TrialPlan[],
  { renderer, inputs, stored }: Pick<DiffOptions, "renderer" | "inputs" | "stored">,
): Promise<CaseDiff[]> {
  const { chart, chartPath, previous } = cases[0] as TrialPlan;
  const label = `${chart.name} of ${previous?.source}`;
  await using now = await prepareChart(renderer, chartPath, chart.path, renderer.signal);
  await using then = previous && (await prepareChart(renderer, previous.chartPath, label, renderer.signal));
  const compare = async (plan: TrialPlan): Promise<CaseDiff> => {
    const { settings } = plan;
    const namespace = inputs.namespace ?? settings?.namespace.name;
    const item = {
      plan,
      renderer,
      inputs: {
        ...inputs,
        namespace: namespace ?? "default",
        hasNamespace: namespace !== undefined,
        // Users upgrade their release, whatever the chart was called.
        releaseName: inputs.releaseName ?? settings?.releaseName ?? toReleaseName(chart.name),
      },
      before: then && { path: then.path, values: plan.previous?.values ?? [], label },
      after: { path: now.path, values: plan.values, label: chart.path },
    };
    const rendered = await diffCase(item);
    return stored === undefined ? rendered : stored(item, rendered);
  };
  return await mapLimit(cases, 1, compare);
}

function describe(
  chart: TrialChart,
  previous: TrialPlan["previous"],
  history: ChartHistory | undefined,
): Pick<ChartDiff, "chart" | "change" | "previous"> {
  if (previous === undefined) return { chart, change: history === undefined ? "new" : "changed" };
  const { version, source } = previous;
  if (history?.directory === undefined) return { chart, change: "changed", previous: { version, source } };
  return { chart, change: "renamed", previous: { version, source, path: history.directory } };
}

function packagedChart({ path }: TrialChart): SeatrialError {
  return new SeatrialError("SEATRIAL_NOT_CHECKED", `${path} is a packaged chart: git has no previous version of it`, {
    hint: "give the previous version with --from",
  });
}

// Also a new chart without an object is a difference.
function verdictOf(cases: readonly CaseDiff[], isNew: boolean): ChartDiff["verdict"] {
  const verdict = worstVerdict(cases.map((each) => each.verdict));
  return isNew && verdict !== "errored" ? "differs" : verdict;
}

function toRemoved({ name, directory = "", source }: ChartHistory): ChartDiff {
  const chart: TrialChart = { name, version: "", path: directory };
  return {
    chart,
    change: "removed",
    previous: { version: "", source, path: directory },
    verdict: "differs",
    cases: [],
  };
}
