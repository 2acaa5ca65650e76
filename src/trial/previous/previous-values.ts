import { stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { TrialPlan } from "../plan-trials.ts";

/**
 * The values files of a case as they were in the previous version of the chart. A file of the chart that did not exist is left
 * out: the users of that version had its defaults.
 */
export async function previousValues(
  { values }: Pick<TrialPlan, "values">,
  chartPath: string,
  previousPath: string,
): Promise<string[]> {
  const moved = await Promise.all(
    values.map(async (file) => {
      const inside = relative(chartPath, file);
      if (inside.startsWith("..")) return [file];
      const old = join(previousPath, inside);
      return (await stat(old).catch(() => undefined)) === undefined ? [] : [old];
    }),
  );
  return moved.flat();
}
