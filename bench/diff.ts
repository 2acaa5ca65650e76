import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findCases } from "../src/chart/ci-cases.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { mapLimit } from "../src/util/map-limit.ts";
import { buildBare } from "./support/build-bare.ts";
import { type ChartRepository, makeChartRepository } from "./support/chart-repository.ts";
import { repositoryRoot } from "./support/charts.ts";
import { type Contender, contest, timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { contestTable, type Report } from "./support/table.ts";

const CHARTS = 40;

/** `seatrial diff` of a repository in which every chart has changed, compared with `helm template` twice and `diff`. */
export async function diff({ runs = 3, enginePath, charts: sources }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  const repository = await makeChartRepository(dir.path, { count: CHARTS, sources });
  const helm = await buildBare("helm", dir.path);
  const cases = (
    await Promise.all(
      repository.charts.map(async (chart) =>
        (await findCases(join(repository.path, chart))).map(({ name }) => ({ chart, values: name })),
      ),
    )
  ).flat();
  const by = (jobs: number) => () => timed(() => compareWithHelm(helm, repository, cases, dir.path, jobs));
  const contenders: Contender[] = [
    { name: "`seatrial diff`", run: () => timed(() => runSeatrial(enginePath, repository)) },
    { name: "`helm template` twice and `diff`, one after another", run: by(1) },
    { name: `the same, ${availableParallelism()} at a time`, run: by(availableParallelism()) },
  ];
  return [
    {
      title: `Differences of ${repository.charts.length} charts, ${cases.length} cases (${runs} runs)`,
      table: contestTable(await contest(contenders, { runs })),
      notes: [
        "seatrial's row includes the start of its engine, the commit read from git, and a second rendering of each version with random values, which finds them; templates get quick keys. The others compare lines of text, and have a work tree of the commit before.",
      ],
    },
  ];
}

async function runSeatrial(enginePath: string, { path, charts }: ChartRepository): Promise<void> {
  const bin = join(repositoryRoot, "bin/seatrial.js");
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, "diff", "--since", "HEAD~1"], {
    cwd: path,
    env: { SEATRIAL_ENGINE: enginePath },
    reject: false,
  });
  if (exitCode !== 1 || !stdout.includes(`${charts.length} charts differ`))
    throw new Error(`seatrial diff exited with ${exitCode}: ${stderr}${stdout.slice(-500)}`);
}

interface Case {
  chart: string;
  values: string;
}

async function compareWithHelm(
  helm: string,
  { path, before }: ChartRepository,
  cases: readonly Case[],
  dir: string,
  jobs: number,
): Promise<void> {
  const [older, newer] = [join(dir, "rendered-before"), join(dir, "rendered-after")];
  for (const each of [older, newer]) {
    await rm(each, { recursive: true, force: true });
    await mkdir(each, { recursive: true });
  }
  const render = async (root: string, { chart, values }: Case, target: string) => {
    const file = values === "default" ? [] : ["--values", join(root, chart, values)];
    const { stdout } = await execa(helm, ["template", "bench", join(root, chart), ...file]);
    await writeFile(join(target, `${chart}-${values}`.replaceAll("/", "_")), stdout);
  };
  await mapLimit(cases, jobs, async (each) => {
    await render(before, each, older);
    await render(path, each, newer);
  });
  const { exitCode } = await execa("diff", ["-r", older, newer], { reject: false });
  if (exitCode !== 1) throw new Error(`diff exited with ${exitCode}`);
}

if (import.meta.main) await runBenches(diff);
