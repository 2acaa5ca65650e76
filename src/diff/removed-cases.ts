import { findCases } from "../chart/ci-cases.ts";
import type { TrialPlan } from "../trial/plan-trials.ts";

/** A sentence for each case that the previous version of a chart has and the chart no longer has: it is not compared. */
export async function removedCases({ chart, chartPath, previous, isLibrary }: TrialPlan): Promise<string[]> {
  if (previous === undefined || isLibrary) return [];
  const [now, then] = await Promise.all([chartPath, previous.chartPath].map(namesOf));
  // A packaged chart has no such files.
  if (now === undefined || then === undefined) return [];
  return then.filter((name) => !now.includes(name)).map((name) => `${name} of ${chart.name} was removed`);
}

async function namesOf(path: string): Promise<string[] | undefined> {
  if (/\.(?:tgz|tar\.gz)$/.test(path)) return undefined;
  return (await findCases(path)).map(({ name }) => name);
}
