import { appendFile, readFile } from "node:fs/promises";
import type { Outcome } from "./verdict.ts";

/** What each tool said about each chart. */
export interface Outcomes {
  get(chart: string, tool: string): Outcome | undefined;
  /** Keeps the outcome, in the file, too. */
  add(chart: string, tool: string, outcome: Outcome): Promise<void>;
}

interface Line {
  chart: string;
  tool: string;
  outcome: Outcome;
}

/** The outcomes of earlier runs in `path`, one on each line; without a path, they are kept in memory only. */
export async function openOutcomes(path: string | undefined): Promise<Outcomes> {
  const text = path === undefined ? "" : await readFile(path, "utf8").catch(() => "");
  const known = new Map<string, Outcome>();
  const keyOf = (chart: string, tool: string) => `${tool} ${chart}`;
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const { chart, tool, outcome } = JSON.parse(line) as Line;
    known.set(keyOf(chart, tool), outcome);
  }
  return {
    get: (chart, tool) => known.get(keyOf(chart, tool)),
    add: async (chart, tool, outcome) => {
      known.set(keyOf(chart, tool), outcome);
      const line: Line = { chart, tool, outcome };
      if (path !== undefined) await appendFile(path, `${JSON.stringify(line)}\n`);
    },
  };
}
