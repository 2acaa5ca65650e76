import { join } from "node:path";
import { findCases } from "../../src/chart/ci-cases.ts";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import { mapLimit } from "../../src/util/map-limit.ts";
import type { ChartRepository } from "../support/chart-repository.ts";
import { timed } from "../support/contest.ts";

/** A version of a chart, and the values files of a case. */
interface CaseVersion {
  path: string;
  values: string[];
}

/** One case of a chart, now and at the commit before. */
export interface ChangedCase {
  /** The chart's directory in the repository. */
  chart: string;
  now: CaseVersion;
  before: CaseVersion;
}

/** The cases of a repository's charts that both commits have. */
export async function changedCases({ path, before, charts }: ChartRepository): Promise<ChangedCase[]> {
  const perChart = await Promise.all(
    charts.map(async (chart) => {
      const [older, newer] = [join(before, chart), join(path, chart)];
      const known = new Map((await findCases(older)).map(({ name, values }) => [name, values]));
      return (await findCases(newer)).flatMap(({ name, values }) => {
        const previous = known.get(name);
        if (previous === undefined) return [];
        return [{ chart, now: { path: newer, values }, before: { path: older, values: previous } }];
      });
    }),
  );
  return perChart.flat();
}

/**
 * The milliseconds that `work` takes for all cases, each in a namespace of its own, which exists before. `jobs` charts are worked on at
 * the same time; the cases of one chart follow each other.
 */
export async function timeCases(
  cases: readonly ChangedCase[],
  { plane, jobs }: { plane: ControlPlane; jobs: number },
  work: (each: ChangedCase, namespace: string) => Promise<unknown>,
): Promise<number> {
  await using namespaces = new AsyncDisposableStack();
  const names = new Map<ChangedCase, string>();
  for (const each of cases) names.set(each, namespaces.use(await plane.namespace()).name);
  const perChart = [...Map.groupBy(cases, ({ chart }) => chart).values()];
  return await timed(() =>
    mapLimit(perChart, jobs, async (own) => {
      for (const each of own) await work(each, names.get(each) ?? "");
    }),
  );
}
