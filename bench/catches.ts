import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { type FalseAlarm, findFalseAlarms } from "./catches/false-alarms.ts";
import { allFaults } from "./catches/faults/all-faults.ts";
import { mutate } from "./catches/mutate.ts";
import { helmUnittest } from "./catches/opponents/helm-unittest.ts";
import { kubeScore } from "./catches/opponents/kube-score.ts";
import { kubeconform } from "./catches/opponents/kubeconform.ts";
import { kubectlValidate } from "./catches/opponents/kubectl-validate.ts";
import { type CatchesOptions, readCatchesOptions, usage } from "./catches/options.ts";
import { openOutcomes } from "./catches/outcomes.ts";
import { catchesPage, groupTable, missedList, sections } from "./catches/page.ts";
import { type CatchesResults, missedFaults, type Row } from "./catches/results.ts";
import { seedBrokenCharts } from "./catches/seed-broken-charts.ts";
import { seedMutants } from "./catches/seed-mutants.ts";
import type { SeededChart } from "./catches/seeded-chart.ts";
import { loadSubjects } from "./catches/subjects.ts";
import { Contest, tryOpponents } from "./catches/try-opponents.ts";
import { trySeatrial } from "./catches/try-seatrial.ts";
import { type Outcome, SEATRIAL } from "./catches/verdict.ts";
import { describeMachine } from "./support/machine.ts";

const openers = [kubeconform, kubectlValidate, kubeScore, helmUnittest];

const options = await readCatchesOptions();
if (options === undefined) console.log(usage);
else {
  const results = await findCatches(options);
  console.log([results.machine, ...sections(results), "## By group", groupTable(results)].join("\n\n"));
  const { calls, durationMs } = results.seatrial;
  console.log(`\nseatrial: ${calls} calls, ${Math.round(durationMs / 1000)} s`);
  console.log(`\n## What seatrial misses\n\n${missedList(results)}\n`);
  for (const bad of results.seatrial.badBases) console.log(`A good chart does not pass: ${bad}`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, catchesPage(results));
  process.exitCode = missedFaults(results).length + results.seatrial.badBases.length === 0 ? 0 : 1;
}

async function findCatches(options: CatchesOptions): Promise<CatchesResults> {
  const { enginePath, tools } = options;
  await using dir = await makeTempDir("seatrial-bench-");
  const charts = await seed(options, dir.path);
  const machine = await describeMachine(enginePath);
  const chosen = openers.filter(({ name }) => tools.length === 0 || tools.includes(name));
  const versions = machine.slice(machine.lastIndexOf("·") + 2);
  const helmVersion = versions.match(/Helm \S+(?=,)/)?.[0] ?? "Helm";
  const outcomes = await openOutcomes(options.results);
  // seatrial first: its engine and those for the other tools would share the processor.
  const seatrial = await trySeatrial(charts, { dir: dir.path, enginePath, outcomes, jobs: options.jobs });
  await using contest = await Contest.open(dir.path, enginePath, helmVersion, chosen);
  const names = contest.opponents.map(({ name }) => name);
  console.error(`${names.join(", ")}: ${charts.length} charts …`);
  await tryOpponents(contest, charts, outcomes);
  const rows = charts.map(({ id, group, title, answer, place, base }): Row => {
    const said = [SEATRIAL, ...names].map((tool): [string, Outcome] => [
      tool,
      outcomes.get(id, tool) ?? { verdict: "missed", said: [] },
    ]);
    const subject = base === undefined ? undefined : basename(base);
    return { id, group, title, answer, place, subject, outcomes: Object.fromEntries(said) };
  });
  const falseAlarms: FalseAlarm[] = [];
  for (const path of options.charts) {
    falseAlarms.push(...(await findFalseAlarms(path, { dir: dir.path, enginePath, contest })));
  }
  const unchosen = openers
    .filter((one) => !chosen.includes(one))
    .map(({ name, version, command }) => ({ name, version, command, absence: "left out with --tool" }));
  const absent = [...contest.absent, ...unchosen];
  return { machine, versions, tools: contest.opponents, absent, rows, seatrial, falseAlarms };
}

async function seed({ focus, places, subjects, enginePath }: CatchesOptions, dir: string): Promise<SeededChart[]> {
  const isChosen = (...texts: string[]) =>
    focus.length === 0 || focus.some((text) => texts.some((name) => name.includes(text)));
  const faults = allFaults.filter(({ id, group }) => isChosen(id, group));
  const mutants = mutate(faults, await loadSubjects(subjects), { places });
  await using plane = await startControlPlane({ enginePath });
  const seeded = await seedMutants(mutants, dir, plane);
  const broken = await seedBrokenCharts(dir);
  const charts = [...seeded, ...broken.filter(({ id }) => isChosen(id))];
  if (charts.length === 0) throw new Error(`no fault matches ${focus.join(", ")}`);
  return charts;
}
