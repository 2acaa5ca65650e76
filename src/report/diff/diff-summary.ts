import type { ChartDiff, DiffResult, ObjectDiff } from "../../diff/diff-result.ts";
import { formatDuration } from "../../util/duration.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import { plural } from "../summary.ts";
import { isOnlyVersion } from "./object-lines.ts";

const MAX_UNCHANGED = 8;

/** What a comparison has found, as one sentence without its time. */
export function diffSummary({ charts, unchanged }: DiffResult): string {
  const of = (verdict: ChartDiff["verdict"]) => charts.filter((chart) => chart.verdict === verdict).length;
  const differing = of("differs");
  const same = of("same") + unchanged.length;
  const errored = of("errored");
  const parts = [
    ...(differing === 0 ? [] : [`${plural(differing, "chart")} ${differing === 1 ? "differs" : "differ"}`]),
    ...(errored === 0 ? [] : [`${plural(errored, "chart")} could not be checked`]),
    ...(same === 0 && differing + errored > 0 ? [] : [differing + errored === 0 ? "Nothing differs" : `${same} same`]),
    ...(of("skipped") === 0 ? [] : [`${of("skipped")} not compared`]),
  ];
  const changes = countChanges(charts);
  return `${parts.join(", ")}${changes === "" ? "" : ` (${changes})`}`;
}

/** The line that names unchanged charts; empty without any. */
export function unchangedLine({ unchanged }: DiffResult): string {
  if (unchanged.length === 0) return "";
  const names = unchanged.slice(0, MAX_UNCHANGED).join(", ");
  const more = unchanged.length > MAX_UNCHANGED ? `, and ${unchanged.length - MAX_UNCHANGED} more` : "";
  return toPrintableLine(`Unchanged: ${names}${more}`);
}

/** How long it took, for people. */
export function diffTime({ durationMs }: DiffResult): string {
  return formatDuration(durationMs);
}

type Change = ObjectDiff["change"] | "version only";

// Each object once, however many cases have the difference.
function countChanges(charts: readonly ChartDiff[]): string {
  const counts = new Map<Change, number>();
  for (const { cases } of charts) {
    const all = cases.flatMap(({ objects }) =>
      objects.map((each) => JSON.stringify([isOnlyVersion(each) ? "version only" : each.change, each.object])),
    );
    for (const key of new Set(all)) {
      const [change] = JSON.parse(key) as [Change];
      counts.set(change, (counts.get(change) ?? 0) + 1);
    }
  }
  const order = ["changed", "added", "removed", "renamed", "version only"] as const;
  const parts = order.flatMap((change) => (counts.has(change) ? `${counts.get(change)} ${change}` : []));
  return parts.length === 0 ? "" : `objects: ${parts.join(", ")}`;
}
