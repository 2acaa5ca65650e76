import type { Finding } from "../../findings/finding.ts";
import { lintChart } from "../../release/lint-chart.ts";
import { prepareChart } from "../prepare-chart.ts";
import { atValuesFile } from "../values-location.ts";
import { withLookupHint } from "./lookup-hint.ts";
import type { TrialState } from "./trial-state.ts";

/** Builds missing file dependencies, and runs Helm's lint rules. */
export async function lint(state: TrialState): Promise<Finding[]> {
  const { plane, signal } = state.context;
  const { chartPath, chart } = state.plan;
  state.chart = await prepareChart(plane, chartPath, chart.path, signal);
  const { findings } = await lintChart(state.plan.chartPath, state.common);
  const located = await Promise.all(
    findings.map(async (finding) => withLookupHint(await atValuesFile(finding, state.plan), chartPath)),
  );
  return [...located, ...versionFindings(state)];
}

// Users get a changed chart of the same version only when their cache happens to be empty.
function versionFindings({ plan: { chart, unbumped } }: TrialState): Finding[] {
  if (unbumped === undefined) return [];
  const { version, source, files } = unbumped;
  const shown = files.slice(0, 3).join(", ");
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  return [
    {
      severity: "error",
      step: "lint",
      message: `the version is ${chart.version}, and was ${version} at ${source}: it must go up, because files of the chart have changed`,
      reason: "VersionNotBumped",
      field: "version",
      template: `${chart.name}/Chart.yaml`,
      notes: [`changed: ${shown}${more}`],
      hint: "raise the version in Chart.yaml",
    },
  ];
}
