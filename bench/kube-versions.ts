import { join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { packageRoot } from "../src/util/package-root.ts";
import { ownChart, ownCharts } from "./support/charts.ts";
import type { BenchOptions } from "./support/options.ts";
import { processorTimeOfChildren } from "./support/processor-time.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

const ways = [
  { name: "1.37", args: ["--kube-version", "1.37"] },
  { name: "1.34 … 1.37, installed on 1.37", args: ["--kube-versions", "1.34,1.35,1.36,1.37"] },
  { name: "1.34 … 1.37, installed on all", args: ["--kube-versions", "1.34,1.35,1.36,1.37", "--install-on", "all"] },
];

/** `seatrial check` on four versions of Kubernetes, compared with one: of one small chart, and of all charts of this repository. */
export async function kubeVersions({ runs = 3, enginePath, charts }: BenchOptions): Promise<Report[]> {
  const sets =
    charts.length > 0
      ? [{ title: `${charts.length} charts`, paths: charts }]
      : [
          { title: "charts/web", paths: [ownChart("web")] },
          { title: "the charts of this repository", paths: await ownCharts() },
        ];
  const reports: Report[] = [];
  for (const { title, paths } of sets) {
    const measured = ways.map(() => [] as Measurement[]);
    // By turns, so that a busy minute of the machine touches all of them.
    for (let run = 0; run < runs; run++) {
      for (const [index, { args }] of ways.entries()) measured[index]?.push(await measure(paths, args, enginePath));
    }
    const columns = measured.map((all) => ({
      wall: statistics(all.map(({ wallMs }) => wallMs)),
      processor: statistics(all.map(({ processorMs }) => processorMs)),
    }));
    const [one] = columns;
    const rows = columns.map(({ wall, processor }, index) => [
      ways[index]?.name ?? "",
      ...[wall.median, wall.min, wall.max].map(formatMs),
      (wall.median / (one?.wall.median ?? 1)).toFixed(2),
      formatMs(processor.median),
      (processor.median / (one?.processor.median ?? 1)).toFixed(2),
    ]);
    reports.push({
      title: `\`check --kube-versions\`, ${title} (${runs} runs)`,
      table: markdownTable(["versions", "median", "min", "max", "ratio", "processor", "ratio"], rows),
      notes: [
        "Wall time of the command, by turns, and its processor time, median, with that of its engines. Ratios are those to one version.",
      ],
    });
  }
  return reports;
}

interface Measurement {
  wallMs: number;
  processorMs: number;
}

async function measure(paths: readonly string[], args: readonly string[], enginePath: string): Promise<Measurement> {
  await using dir = await makeTempDir("seatrial-bench-");
  const env = { SEATRIAL_ENGINE: enginePath, SEATRIAL_STATE_DIR: join(dir.path, "state"), SEATRIAL_REUSE: "" };
  const startedAt = performance.now();
  const processorBefore = await processorTimeOfChildren();
  const command = [join(packageRoot, "bin", "seatrial.js"), "check", ...paths, ...args];
  const { exitCode, stderr, stdout } = await execa(process.execPath, command, { env, reject: false, stdin: "ignore" });
  // What failed may have taken no time.
  if (exitCode !== 0) throw new Error(`the check exited with ${exitCode}:\n${stdout}\n${stderr}`);
  const processorMs = (await processorTimeOfChildren()) - processorBefore;
  return { wallMs: performance.now() - startedAt, processorMs };
}

if (import.meta.main) await runBenches(kubeVersions);
