import { availableParallelism } from "node:os";
import { load } from "js-yaml";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import type { ControlPlane } from "../src/plane/control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { openWorker, type Worker } from "./support/open-worker.ts";
import type { BenchOptions } from "./support/options.ts";
import { processorTime } from "./support/processor-time.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { markdownTable, type Report } from "./support/table.ts";

const INSTALLATIONS = 24;
const counts = [1, 2, 4, 8];

/** What one run measured; milliseconds. */
interface Measurement {
  wallMs: number;
  clusterMs: number;
  enginesMs: number;
  nodesMs: number;
}

/**
 * Several processes that install charts/web into one cluster, as CI jobs with `--provider existing` do. The cluster is a control
 * plane of the engine. The processor times say what the bottleneck is.
 */
export async function workers({ runs = 3, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  await using cluster = await startControlPlane({ enginePath });
  const measured = new Map<number, Measurement[]>(counts.map((count) => [count, []]));
  // By turns, so that a busy minute of the machine touches all of them.
  for (let run = 0; run < runs; run++) {
    for (const count of counts) measured.get(count)?.push(await measure(cluster, enginePath, count, dir.path));
  }
  const cores = availableParallelism();
  const rows = counts.map((count) => {
    const all = measured.get(count) ?? [];
    const median = (read: (one: Measurement) => number) => statistics(all.map(read)).median;
    const wallMs = median((one) => one.wallMs);
    const shares = [median((one) => one.clusterMs), median((one) => one.enginesMs), median((one) => one.nodesMs)];
    const busy = shares.reduce((sum, ms) => sum + ms, 0) / (wallMs * cores);
    return [
      `${count}`,
      `${(wallMs / 1000).toFixed(1)} s`,
      `${((INSTALLATIONS * 1000) / wallMs).toFixed(1)}`,
      ...shares.map((ms) => `${Math.round(ms / INSTALLATIONS)} ms`),
      `${Math.round(busy * 100)} %`,
    ];
  });
  const head = ["processes", "wall time", "a second", "cluster", "their engines", "Node", `of ${cores} cores`];
  return [
    {
      title: `${INSTALLATIONS} installations of charts/web by several processes in one cluster (${runs} runs)`,
      table: markdownTable(head, rows),
      notes: [
        "The middle columns are processor time for each installation. The last column is the share of all cores that these " +
          "processes used: near 100 % the machine is the bottleneck, far below it the processes wait for the cluster.",
      ],
    },
  ];
}

async function measure(cluster: ControlPlane, enginePath: string, count: number, cwd: string): Promise<Measurement> {
  const context = (load(await cluster.kubeconfig()) as { "current-context": string })["current-context"];
  const args = [cluster.kubeconfigPath, context, enginePath, `${INSTALLATIONS / count}`];
  const opened = await Promise.all(Array.from({ length: count }, () => openWorker(args, cwd)));
  const total = async (pids: readonly number[]) =>
    (await Promise.all(pids.map(processorTime))).reduce((sum, ms) => sum + ms, 0);
  const read = async () => ({
    clusterMs: await total([cluster.data.pid]),
    enginesMs: await total(opened.map(({ enginePid }) => enginePid)),
    nodesMs: await total(opened.map(({ pid }) => pid)),
  });
  const before = await read();
  const startedMs = performance.now();
  await Promise.all(opened.map((worker: Worker) => worker.work()));
  const wallMs = performance.now() - startedMs;
  const after = await read();
  await Promise.all(opened.map((worker) => worker.end()));
  return {
    wallMs,
    clusterMs: after.clusterMs - before.clusterMs,
    enginesMs: after.enginesMs - before.enginesMs,
    nodesMs: after.nodesMs - before.nodesMs,
  };
}

if (import.meta.main) await runBenches(workers);
