import { join } from "node:path";
import { execa } from "execa";
import type { JsonTrial } from "../src/report/json.ts";
import { throwIfStale } from "../test/helpers/run-cli.ts";
import { ownCharts, repositoryRoot } from "./support/charts.ts";
import { contest } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { type CheckRun, runCheck } from "./support/run-check.ts";
import { statistics } from "./support/statistics.ts";
import { contestTable, formatMs, markdownTable, type Report } from "./support/table.ts";

/** A checkout whose command is measured. */
interface Checkout {
  name: string;
  root: string;
  enginePath: string;
  runs: CheckRun[];
}

/** A whole `seatrial check` of charts: all of it, each step, and each case; with another checkout, both by turns. */
export async function check({ runs = 3, enginePath, charts, against }: BenchOptions): Promise<Report[]> {
  throwIfStale();
  const paths = charts.length > 0 ? charts : await ownCharts();
  const checkouts: Checkout[] = [{ name: "this checkout", root: repositoryRoot, enginePath, runs: [] }];
  if (against !== undefined) {
    const other = { name: "the other checkout", root: against, enginePath: await engineOf(against) };
    checkouts.push({ ...other, runs: [] });
  }
  const contenders = checkouts.map((checkout) => ({
    name: checkout.name,
    run: async () => {
      const run = await runCheck({ ...checkout, args: paths });
      checkout.runs.push(run);
      return run.wallMs;
    },
  }));
  const rows = await contest(contenders, { runs });
  // Without the runs that warm up.
  for (const checkout of checkouts) checkout.runs.splice(0, checkout.runs.length - runs);
  const cases = checkouts[0]?.runs[0]?.report.trials ?? [];
  return [
    {
      title: `\`seatrial check\` of ${paths.length} charts, ${cases.length} cases (${runs} runs)`,
      table: contestTable(rows),
      notes: ["From the start of the command to its end, with the start of its control plane. Each run has a new one."],
    },
    { title: "Its steps, all cases together", table: stepTable(checkouts), notes: [ofSteps(checkouts)] },
    { title: "Its cases", table: caseTable(checkouts, cases), notes: ["Medians of the steps of a case together."] },
  ];
}

async function engineOf(root: string): Promise<string> {
  const args = [join(root, "bin/seatrial.js"), "engine", "path"];
  return (await execa(process.execPath, args, { env: { SEATRIAL_ENGINE: "" } })).stdout.trim();
}

function ofSteps(checkouts: readonly Checkout[]): string {
  const boots = checkouts.map(({ runs }) => {
    return formatMs(statistics(runs.map(({ report }) => report.controlPlane?.bootMs ?? 0)).median);
  });
  return (
    "Sums of medians. Charts are tried at the same time, one for each processor, so that the sum is more than the time of the run. " +
    `Start of the control plane: ${boots.join(", ")}.`
  );
}

function stepTable(checkouts: readonly Checkout[]): string {
  const all = checkouts.map(({ runs }) => runs.flatMap(({ report }) => report.trials));
  // A checkout may know fewer cases.
  const isShared = ({ id }: JsonTrial) => all.every((trials) => trials.some((trial) => trial.id === id));
  const trials = all.map((each) => each.filter(isShared));
  const names = new Set(trials.flat().flatMap(({ steps }) => steps.map(({ name }) => name)));
  const rows = [...names].map((name) => {
    const sums = trials.map((each) => {
      const times = medians(each, ({ steps }) => steps.find((step) => step.name === name)?.durationMs ?? 0);
      return [...times.values()].reduce((sum, ms) => sum + ms, 0);
    });
    return [name, ...withRatio(sums)];
  });
  return markdownTable(head("step", checkouts), rows);
}

function caseTable(checkouts: readonly Checkout[], cases: readonly JsonTrial[]): string {
  const times = checkouts.map(({ runs }) => {
    const all = runs.flatMap(({ report }) => report.trials);
    return medians(all, ({ durationMs }) => durationMs);
  });
  const rows = cases.map(({ id, verdict }) => {
    const own = times.map((medianOf) => medianOf.get(id) ?? Number.NaN);
    return [`${id}, ${verdict}`, ...withRatio(own)];
  });
  return markdownTable(head("case", checkouts), rows);
}

// The median of each case.
function medians(trials: readonly JsonTrial[], timeOf: (trial: JsonTrial) => number): Map<string, number> {
  const perCase = Map.groupBy(trials, ({ id }) => id);
  return new Map([...perCase].map(([id, runs]) => [id, statistics(runs.map(timeOf)).median]));
}

function head(what: string, checkouts: readonly Checkout[]): string[] {
  const names = checkouts.map(({ name }) => name);
  return names.length === 1 ? [what, "median"] : [what, ...names, "ratio"];
}

function withRatio([own = Number.NaN, other]: readonly number[]): string[] {
  if (other === undefined) return [formatMs(own)];
  if (Number.isNaN(other)) return [formatMs(own), "not known", ""];
  return [formatMs(own), formatMs(other), own === 0 ? "" : `${(other / own).toFixed(1)} ×`];
}

if (import.meta.main) await runBenches(check);
