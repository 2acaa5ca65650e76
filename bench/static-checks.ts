import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { planTrials } from "../src/trial/plan-trials.ts";
import { checks, type StaticCheck } from "./static-checks/checks.ts";
import { type RenderedCase, renderCases } from "./static-checks/rendered-case.ts";
import { ownCharts } from "./support/charts.ts";
import { timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

/** What one check took for one case, in milliseconds. */
interface Cost {
  check: StaticCheck;
  item: RenderedCase;
  /** The first time in this process: what a run of `seatrial check` pays. */
  first: number;
  /** The median of the further times. */
  later: number;
}

/** The checks of a case that need no installation: references, roles, stock checks, images, values. */
export async function staticChecks({ runs = 5, enginePath, charts }: BenchOptions): Promise<Report[]> {
  const { plans } = await planTrials(charts.length > 0 ? charts : await ownCharts());
  await using plane = await startControlPlane({ enginePath });
  await using directories = new AsyncDisposableStack();
  const cases: RenderedCase[] = [];
  const installable = plans.filter(({ isLibrary }) => !isLibrary);
  for (const ofChart of Map.groupBy(installable, ({ chartPath }) => chartPath).values()) {
    cases.push(...(await renderCases(ofChart, plane, directories)));
  }
  const costs = await measure(cases, runs);
  return [
    {
      title: `Static checks, mean of ${cases.length} cases (${runs} runs after the first)`,
      table: checkTable(costs, cases.length),
      notes: [
        "The first time is that in a new process, as in a run of `seatrial check`. What `images` and `values` take for a chart is divided by its cases.",
      ],
    },
    {
      title: "All static checks of `seatrial check`, case by case",
      table: caseTable(costs, cases),
      notes: ["The chart was rendered before; the rendering is a step of its own."],
    },
  ];
}

async function measure(cases: readonly RenderedCase[], runs: number): Promise<Cost[]> {
  const measured = new Map<StaticCheck, Map<RenderedCase, number[]>>();
  for (let round = 0; round <= runs; round++) {
    for (const item of cases) {
      for (const check of checks) {
        const perCase = measured.get(check) ?? new Map<RenderedCase, number[]>();
        measured.set(check, perCase);
        const elapsedMs = await timed(async () => check.run(item));
        perCase.set(item, [...(perCase.get(item) ?? []), elapsedMs]);
      }
    }
  }
  return [...measured].flatMap(([check, perCase]) =>
    [...perCase].map(([item, [first = Number.NaN, ...rest]]) => ({
      check,
      item,
      first,
      later: statistics(rest).median,
    })),
  );
}

function checkTable(costs: readonly Cost[], count: number): string {
  const row = (name: string, part: readonly Cost[]) => {
    const perCase = [...Map.groupBy(part, ({ item }) => item)].map(([item, own]) => ({
      item,
      first: sum(own.map(({ first }) => first)),
      later: sum(own.map(({ later }) => later)),
    }));
    const slowest = perCase.reduce((worst, each) => (each.later > worst.later ? each : worst));
    const mean = (values: number[]) => formatMs(sum(values) / count);
    return [
      name,
      mean(perCase.map(({ first }) => first)),
      mean(perCase.map(({ later }) => later)),
      `${formatMs(slowest.later)} (${slowest.item.plan.id})`,
    ];
  };
  const rows = checks.map((check) =>
    row(
      check.name,
      costs.filter((cost) => cost.check === check),
    ),
  );
  const ofCheck = costs.filter(({ check }) => check.isOfCheck);
  rows.push(row("**all of `seatrial check`**", ofCheck), row("**all**", costs));
  return markdownTable(["check", "first", "later", "slowest case, later"], rows);
}

function caseTable(costs: readonly Cost[], cases: readonly RenderedCase[]): string {
  const rows = cases.map((item) => {
    const own = costs.filter((cost) => cost.item === item && cost.check.isOfCheck);
    const [first, later] = [own.map((cost) => cost.first), own.map((cost) => cost.later)];
    return [item.plan.id, `${item.objects.length}`, formatMs(sum(first)), formatMs(sum(later))];
  });
  return markdownTable(["case", "objects", "first", "later"], rows);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

if (import.meta.main) await runBenches(staticChecks);
