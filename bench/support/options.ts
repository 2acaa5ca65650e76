import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";

/** The options of every benchmark. */
export interface BenchOptions {
  /** How often each way runs; `undefined`: the benchmark's default. */
  runs: number | undefined;
  enginePath: string;
  /** Paths of the charts to use. */
  charts: string[];
}

/** Reads `[--runs N] [--engine PATH] [CHART …]`; without `--engine`, the engine is found as users' are. */
export async function readBenchOptions(args = process.argv.slice(2)): Promise<BenchOptions> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { runs: { type: "string" }, engine: { type: "string" } },
  });
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
    throw new Error(`--runs ${values.runs} is not a number of runs`);
  const enginePath = values.engine === undefined ? (await provideEngine()).path : resolve(values.engine);
  return { runs, enginePath, charts: positionals.map((chart) => resolve(chart)) };
}
