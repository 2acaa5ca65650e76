import { join } from "node:path";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import type { ControlPlane } from "../src/plane/control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { mapLimit } from "../src/util/map-limit.ts";
import {
  CONTRACT_TIMEOUT_MS,
  type ContractCase,
  contractCases,
  writeContractChart,
} from "../test/helpers/helm/helm-contract.ts";
import { timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

const CONCURRENCY = 4;

interface Run {
  elapsedMs: number;
  error: Error | undefined;
}

/** Repeats each case of Helm's contract; a run that fails or hangs makes the command exit with 1. */
export async function contract({ runs = 100, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  await using controlPlane = await startControlPlane({ enginePath });
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const [index, each] of contractCases.entries()) {
    const chart = await writeContractChart(each, join(dir.path, `${index}`));
    const done = await mapLimit(Array.from({ length: runs }), CONCURRENCY, () => once(each, chart, controlPlane));
    const failed = done.filter(({ error }) => error !== undefined);
    const hangs = failed.filter(({ elapsedMs }) => elapsedMs >= CONTRACT_TIMEOUT_MS);
    const { median, max } = statistics(done.map(({ elapsedMs }) => elapsedMs));
    rows.push([
      each.name,
      `${runs}`,
      `${failed.length - hangs.length}`,
      `${hangs.length}`,
      formatMs(median),
      formatMs(max),
    ]);
    notes.push(...[...new Set(failed.map(({ error }) => `${each.name}: ${error?.message}`))].slice(0, 3));
    if (failed.length > 0) process.exitCode = 1;
  }
  const table = markdownTable(["", "runs", "failed", "hung", "median", "max"], rows);
  return [{ title: `Helm's contract, ${CONCURRENCY} at a time, each in a namespace of its own`, table, notes }];
}

async function once(each: ContractCase, chart: string, controlPlane: ControlPlane): Promise<Run> {
  let error: Error | undefined;
  const elapsedMs = await timed(() =>
    each.run(chart, controlPlane).catch((reason: Error) => {
      error = reason;
    }),
  );
  return { elapsedMs, error };
}

if (import.meta.main) await runBenches(contract);
