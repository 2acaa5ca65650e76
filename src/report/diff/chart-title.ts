import type { ChartDiff } from "../../diff/diff-result.ts";
import { toPrintableLabel, toPrintableLine } from "../../util/text/printable.ts";

/** A chart for people: its name, and its versions if they differ. */
export function chartTitle({ chart, previous }: ChartDiff): string {
  const versions = [previous?.version, chart.version].filter((version) => version !== undefined && version !== "");
  const shown = [...new Set(versions)].join(" → ");
  return toPrintableLabel(shown === "" ? chart.name : `${chart.name} ${shown}`);
}

/** Where the chart is, and what it is compared with. */
export function chartSource({ chart, change, previous }: ChartDiff): string {
  const where = {
    changed: chart.path,
    new: `${chart.path}: new`,
    removed: `removed since ${previous?.source}: it was ${chart.path}`,
    renamed: `${chart.path}, which was ${previous?.path}`,
  }[change];
  const source = previous === undefined || change === "removed" ? "" : `, compared with ${previous.source}`;
  return toPrintableLine(`${where}${source}`);
}
