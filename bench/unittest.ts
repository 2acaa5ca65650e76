import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import type { ControlPlane } from "../src/plane/control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { contest, timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { contestTable, type Report } from "./support/table.ts";
import { buildHelmUnittest } from "./unittest/build-helm-unittest.ts";
import { type HelmUnittestRun, helmUnittestIn } from "./unittest/run-helm-unittest.ts";
import { prepareCharts, renderTest, type TestedChart, type TestedCharts } from "./unittest/tested-charts.ts";

/** The tests of helm-unittest's own charts, and of the given ones, by helm-unittest, and rendered with the same inputs by seatrial. */
export async function unittest({ runs = 5, enginePath, charts: given }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  const { program, data, version } = await buildHelmUnittest(dir.path);
  const run = helmUnittestIn(dir.path, program);
  await using plane = await startControlPlane({ enginePath });
  const sets = [
    { name: `helm-unittest's own charts (${version})`, sources: await chartsIn(data) },
    ...given.map((chart) => ({ name: basename(chart), sources: [chart] })),
  ];
  const reports: Report[] = [];
  for (const [index, { name, sources }] of sets.entries()) {
    const tested = await prepareCharts(join(dir.path, `set-${index}`), sources, { plane, unittest: run });
    if (tested.charts.length > 0) reports.push(await compare(name, tested, { runs, enginePath, plane, run }));
  }
  return reports;
}

interface Means {
  runs: number;
  enginePath: string;
  plane: ControlPlane;
  run: HelmUnittestRun;
}

async function compare(
  name: string,
  { charts, leftOut }: TestedCharts,
  { runs, enginePath, plane, run }: Means,
): Promise<Report> {
  const count = charts.reduce((sum, { tests }) => sum + tests.length, 0);
  const paths = charts.map(({ path }) => path);
  const own: number[] = [];
  const rows = await contest(
    [
      {
        name: "seatrial, on a control plane that is up",
        run: async () => (await timed(() => renderAll(plane, charts))) / count,
      },
      {
        name: "seatrial, with the start and the end of a control plane",
        run: async () => (await timed(() => renderOnNewPlane(enginePath, charts))) / count,
      },
      {
        name: "helm-unittest, one process for all tests",
        run: async () => {
          const { wallMs, testsMs, count: ran } = await run(paths);
          if (ran !== count) throw new Error(`helm-unittest ran ${ran} of ${count} tests`);
          own.push(testsMs / count);
          return wallMs / count;
        },
      },
    ],
    { runs },
  );
  rows.push({ name: "of this, the tests by its own account", ...statistics(own.slice(-runs)) });
  const others = Object.entries(leftOut).map(([reason, tests]) => `${tests} (${reason})`);
  return {
    title: `Time per test: ${count} tests of ${name} (${runs} runs)`,
    table: contestTable(rows),
    notes: [
      "seatrial renders each chart with the inputs of each test, whole, and parses the documents; helm-unittest renders only the " +
        "templates that a test names, and its time includes the assertions. Each test renders, or does not, as its suite expects. " +
        `Tests of suites that are left out: ${others.join(", ")}.`,
    ],
  };
}

async function renderAll(plane: ControlPlane, charts: readonly TestedChart[]): Promise<void> {
  for (const { path, tests } of charts) for (const test of tests) await renderTest(plane, path, test);
}

async function renderOnNewPlane(enginePath: string, charts: readonly TestedChart[]): Promise<void> {
  await using plane = await startControlPlane({ enginePath });
  await renderAll(plane, charts);
}

async function chartsIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
}

if (import.meta.main) await runBenches(unittest);
