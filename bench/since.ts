import { availableParallelism } from "node:os";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { upgradeFrom } from "../src/life/upgrade-from.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { throwIfStale } from "../test/helpers/run-cli.ts";
import { type ChangedCase, changedCases, timeCases } from "./since/changed-cases.ts";
import { makeChartRepository } from "./support/chart-repository.ts";
import { ownCharts, repositoryRoot } from "./support/charts.ts";
import { contest } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { runCheck } from "./support/run-check.ts";
import { contestTable, type Report } from "./support/table.ts";
import { buildUpstreamTools } from "./support/upstream-tools.ts";

// What helm's three commands do not do.
const EXTRA_STEPS = "test,upgrade,reinstall,rollback";

/** `seatrial check --since` of changed charts, compared with `helm install`, `helm upgrade` and `helm uninstall`. */
export async function since({ runs = 3, enginePath, charts: given }: BenchOptions): Promise<Report[]> {
  throwIfStale();
  await using dir = await makeTempDir("seatrial-bench-");
  const sources = given.length > 0 ? given : await ownCharts();
  const repository = await makeChartRepository(dir.path, { count: sources.length, sources });
  await using plane = await startControlPlane({ enginePath });
  const { helm } = await buildUpstreamTools(dir.path, plane);
  const cases = await changedCases(repository);

  const checkSince = async (...more: string[]) => {
    const args = ["--since", "HEAD~1", ...more];
    const { wallMs, report } = await runCheck({ root: repositoryRoot, enginePath, args, cwd: repository.path });
    const upgraded = report.trials.filter(({ upgradedFrom }) => upgradedFrom !== undefined);
    // What was not upgraded took no time.
    if (report.verdict !== "passed" || upgraded.length !== cases.length)
      throw new Error(`check --since: ${report.verdict}, ${upgraded.length} of ${cases.length} cases upgraded`);
    return wallMs;
  };
  const byCommands = async ({ now, before }: ChangedCase, namespace: string) => {
    const where = ["--namespace", namespace, "--wait"];
    const filesOf = (values: string[]) => values.flatMap((file) => ["--values", file]);
    await helm("install", "bench", before.path, ...filesOf(before.values), ...where);
    await helm("upgrade", "bench", now.path, ...filesOf(now.values), ...where);
    await helm("uninstall", "bench", ...where);
  };
  const byLibrary = async ({ now, before }: ChangedCase, namespace: string) => {
    const options = { values: now.values, namespace, releaseName: "bench", wait: true, controlPlane: plane };
    await using _release = await upgradeFrom(now.path, before, options);
  };
  const several = availableParallelism();
  const rows = await contest(
    [
      { name: "`seatrial check --since HEAD~1`, all its steps", run: () => checkSince() },
      {
        name: `the same with \`--skip ${EXTRA_STEPS}\``,
        run: () => checkSince("--skip", EXTRA_STEPS),
      },
      {
        name: "`upgradeFrom` of the library, one case after another",
        run: () => timeCases(cases, { plane, jobs: 1 }, byLibrary),
      },
      {
        name: "`helm install`, `helm upgrade`, `helm uninstall`, one case after another",
        run: () => timeCases(cases, { plane, jobs: 1 }, byCommands),
      },
      {
        name: `the same, ${several} charts at a time`,
        run: () => timeCases(cases, { plane, jobs: several }, byCommands),
      },
    ],
    // Each way takes seconds, of which the first use of a file is nothing.
    { runs, warmups: 0 },
  );
  return [
    {
      title: `From the previous version of ${repository.charts.length} charts, ${cases.length} cases (${runs} runs)`,
      table: contestTable(rows),
      notes: [
        "The command's rows include its start and that of its control plane; the others use one that is up, and get their " +
          "namespaces before the clock starts. `check` tries as many charts at a time as there are processors, and does more: " +
          "lint, template, dry run, an installation of the new version, a search for leftovers, and the steps that the second row " +
          "leaves out. helm waits (`--wait`) as the others do, and is a process for each command.",
      ],
    },
  ];
}

if (import.meta.main) await runBenches(since);
