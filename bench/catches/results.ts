import type { FalseAlarm } from "./false-alarms.ts";
import type { AbsentOpponent, Opponent } from "./opponents/opponent.ts";
import type { SeededChart } from "./seeded-chart.ts";
import type { SeatrialResult } from "./try-seatrial.ts";
import { isCaught, type Outcome, SEATRIAL } from "./verdict.ts";

/** A fault and what each tool made of it. */
export interface Row extends Pick<SeededChart, "id" | "group" | "title" | "answer" | "place"> {
  /** The good chart that it was put into; absent for the charts of `fixtures/charts`. */
  subject: string | undefined;
  outcomes: Record<string, Outcome>;
}

/** Everything that a run has shown. */
export interface CatchesResults {
  /** The machine and the versions, in one line. */
  machine: string;
  /** Those of Kubernetes, Helm and etcd. */
  versions: string;
  tools: readonly Omit<Opponent, "complain">[];
  absent: readonly AbsentOpponent[];
  rows: readonly Row[];
  seatrial: Pick<SeatrialResult, "durationMs" | "calls" | "badBases">;
  falseAlarms: readonly FalseAlarm[];
}

/** The names of all tools with a column. */
export function columnsOf({ tools }: CatchesResults): string[] {
  return [SEATRIAL, ...tools.map(({ name }) => name)];
}

/** Faults, and not what only looks like one. */
export function isFault({ answer }: Row): boolean {
  return answer !== "nothing";
}

/** Faults that seatrial misses, or reports too weakly. */
export function missedFaults({ rows }: CatchesResults): Row[] {
  return rows.filter((row) => isFault(row) && !isCaught(row.outcomes[SEATRIAL]?.verdict));
}

/** The tools that catch a fault. */
export function whoCatches(row: Row, tools: readonly string[]): string[] {
  return tools.filter((tool) => isCaught(row.outcomes[tool]?.verdict));
}
