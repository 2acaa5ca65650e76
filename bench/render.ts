import { basename } from "node:path";
import { execa } from "execa";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { templateChart } from "../src/release/template-chart.ts";
import { ownCharts } from "./support/charts.ts";
import { type Contender, contest, timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { contestTable, type Report } from "./support/table.ts";
import { buildUpstreamTools } from "./support/upstream-tools.ts";

// A suite renders many times in a row, not between the starts of other programs.
const BURST = 10;

/** Rendering a chart with the Helm of the engine, compared with the process `helm template`. */
export async function render({ runs = 5, enginePath, charts }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  await using controlPlane = await startControlPlane({ enginePath });
  const tools = await buildUpstreamTools(dir.path, controlPlane);
  const reports: Report[] = [];
  for (const chart of charts.length > 0 ? charts : await ownCharts()) {
    const releaseName = "bench";
    const { documents } = await templateChart(chart, { controlPlane, releaseName });
    const contenders: Contender[] = [
      { name: "templateChart", run: () => timed(() => templateChart(chart, { controlPlane, releaseName })) },
      {
        name: "the share of Helm, over the socket",
        run: () => timed(() => controlPlane.helm.template({ chart, releaseName, namespace: "default" })),
      },
      { name: "`helm template`", run: () => timed(() => tools.helm("template", releaseName, chart)) },
      {
        name: "`seatrial-engine helm template`",
        run: () => timed(() => execa(enginePath, ["helm", "template", releaseName, chart])),
      },
    ];
    reports.push({
      title: `Rendering ${basename(chart)}, ${documents.length} documents (${runs} × ${BURST} runs)`,
      table: contestTable(await contest(contenders, { runs, burst: BURST })),
      notes: ["The first row includes parsing the documents into objects; the output of the processes is only read."],
    });
  }
  return reports;
}

if (import.meta.main) await runBenches(render);
