import { codeOf } from "../../findings/rules/code-of.ts";
import type { TrialResult } from "../../trial/trial-result.ts";
import type { Style } from "../style.ts";
import { wrapTo } from "../text-width.ts";

/** One line for each case that failed as it must. */
export function renderExpected(trials: readonly TrialResult[], style: Style, width: number): string[] {
  const lines = trials.flatMap(({ id, expected = [] }) => {
    const labels = expected.map((finding) => {
      const { object, expectedBecause, expectedAt } = finding;
      const label = [codeOf(finding), ...(object === undefined ? [] : [object.kind, object.name])].join(" ");
      const why = expectedBecause === undefined ? expectedAt : `${expectedBecause}; ${expectedAt}`;
      return `${label} (${why})`;
    });
    return labels.length === 0 ? [] : [`Failed as expected: ${id}: ${[...new Set(labels)].join(", ")}`];
  });
  return lines.flatMap((line) => wrapTo(line, width)).map(style.dim);
}
