import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";

/** What every benchmark is told. */
export interface BenchOptions {
  /** How often each way runs; `undefined` is the benchmark's own choice. */
  runs: number | undefined;
  enginePath: string;
  /** Charts that were named. */
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
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1)) throw new Error(`--runs ${values.runs} is no count`);
  const enginePath = values.engine === undefined ? (await provideEngine()).path : resolve(values.engine);
  return { runs, enginePath, charts: positionals.map((chart) => resolve(chart)) };
}
