import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { findCharts } from "../../src/chart/find-charts.ts";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";

/** The options of every benchmark. */
export interface BenchOptions {
  /** How often each way runs; `undefined`: the benchmark's default. */
  runs: number | undefined;
  enginePath: string;
  /** Paths of the charts to use. */
  charts: string[];
  /** Only bench/check.ts: the directory of another checkout, which is built and has an engine. */
  against: string | undefined;
  /** Only bench/specs.ts: leaves out the specs that install a chart. */
  isIdle: boolean;
}

/**
 * Reads `[--runs N] [--engine PATH] [--charts DIR] [--against DIR] [--idle] [CHART …]`; `--charts` stands for every chart at or below
 * the directory. Without `--engine`, the engine is found as users' are.
 */
export async function readBenchOptions(args = process.argv.slice(2)): Promise<BenchOptions> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      runs: { type: "string" },
      engine: { type: "string" },
      charts: { type: "string", multiple: true, default: [] },
      against: { type: "string" },
      idle: { type: "boolean", default: false },
    },
  });
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
    throw new Error(`--runs ${values.runs} is not a number of runs`);
  const enginePath = values.engine === undefined ? (await provideEngine()).path : resolve(values.engine);
  const found = values.charts.length === 0 ? [] : await findCharts(values.charts);
  return {
    runs,
    enginePath,
    charts: [...positionals.map((chart) => resolve(chart)), ...found],
    against: values.against === undefined ? undefined : resolve(values.against),
    isIdle: values.idle,
  };
}
