import { describeLoad, describeMachine } from "./machine.ts";
import { type BenchOptions, readBenchOptions } from "./options.ts";
import type { Report } from "./table.ts";

/** A benchmark: does all its runs and resolves with the tables. */
export type Bench = (options: BenchOptions) => Promise<Report[]>;

/** Runs benchmarks with the options of the command line and prints their tables as Markdown. */
export async function runBenches(...benches: Bench[]): Promise<void> {
  const options = await readBenchOptions();
  console.log(`${await describeMachine(options.enginePath)}\n`);
  for (const bench of benches) {
    const before = describeLoad();
    for (const { title, notes, table } of await bench(options)) {
      console.log([`## ${title}`, table, ...notes, `${before} before, ${describeLoad()} after`, ""].join("\n\n"));
    }
  }
}
