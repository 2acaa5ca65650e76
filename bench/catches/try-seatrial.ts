import { judgeTrial, type SeatrialReport } from "./judge-trial.ts";
import type { Outcomes } from "./outcomes.ts";
import { runSeatrial, type SeatrialCall } from "./run-seatrial.ts";
import type { SeededChart } from "./seeded-chart.ts";
import { SEATRIAL } from "./verdict.ts";

/** How seatrial was called. */
export interface SeatrialResult {
  /** Wall time of all calls, in milliseconds. */
  durationMs: number;
  calls: number;
  /** Good charts that do not pass: what is found in their copies may not be about the fault. */
  badBases: string[];
}

/**
 * Tries all charts that have no outcome yet with as few calls as possible: one for each way of calling. The good charts are tried
 * next to them.
 */
export async function trySeatrial(
  charts: readonly SeededChart[],
  {
    dir,
    enginePath,
    outcomes,
    jobs,
  }: { dir: string; enginePath: string; outcomes: Outcomes; jobs: number | undefined },
): Promise<SeatrialResult> {
  const untried = charts.filter(({ id }) => outcomes.get(id, SEATRIAL) === undefined);
  const badBases = new Set<string>();
  let durationMs = 0;
  const groups = Map.groupBy(untried, (chart) => JSON.stringify(callFor(chart)));
  for (const [key, group] of groups) {
    const call = JSON.parse(key) as Omit<SeatrialCall, "paths">;
    const isUpgrade = group[0]?.scene?.isUpgrade === true;
    // A chart cannot be upgraded to itself: there is nothing to upgrade.
    const bases = isUpgrade ? [] : [...new Set(group.flatMap(({ base }) => base ?? []))];
    console.error(`seatrial ${[call.command, ...call.args].join(" ")}: ${group.length} charts …`);
    const parallel = jobs === undefined || call.command === "values" ? [] : ["--jobs", `${jobs}`];
    const run = await runSeatrial(
      { ...call, args: [...call.args, ...parallel], paths: [...group.map(({ directory }) => directory), ...bases] },
      dir,
      enginePath,
    );
    durationMs += run.durationMs;
    for (const chart of group) {
      const base = isUpgrade || chart.base === undefined ? undefined : run.reports.get(chart.base);
      if (base !== undefined && base.verdict !== "passed") badBases.add(`${chart.base}: ${describeBad(base)}`);
      const outcome = judgeTrial(chart, run.reports.get(chart.directory) as SeatrialReport, base);
      await outcomes.add(chart.id, SEATRIAL, outcome);
    }
  }
  return { durationMs, calls: groups.size, badBases: [...badBases] };
}

function callFor({ scene = {}, base }: SeededChart): Omit<SeatrialCall, "paths"> {
  const { command = "check", args = [], isUpgrade } = scene;
  return { command, args: [...args, ...(isUpgrade === true && base !== undefined ? ["--from", base] : [])] };
}

function describeBad({ verdict, findings, errors }: SeatrialReport): string {
  return [verdict, ...findings.map(({ reason, message }) => `${reason} ${message}`), ...errors].join(" · ");
}
