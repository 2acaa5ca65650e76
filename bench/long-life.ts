import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import type { ControlPlane } from "../src/plane/control-plane.ts";
import { installChart } from "../src/release/install-chart.ts";
import { ownChart } from "./support/charts.ts";
import { timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { residentMemory } from "./support/resident-memory.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

const SAMPLES = 10;
// Connections, watches and workers that are no longer used end in the background, and Go gives memory back.
const REST_MS = 5000;
const MAX_GROWTH = 1.2;
const MiB = 1024 * 1024;

interface Sample {
  installs: number;
  /** Of one installation and removal since the last sample, in milliseconds. */
  medianMs: number;
  residentMiB: number;
  heapMiB: number;
  goroutines: number;
  handles: number;
  processes: number;
  storeMiB: number;
}

/** Hundreds of installations and removals in one engine: its use of resources must stop growing. `runs` is their number. */
export async function longLife({ runs = 500, enginePath }: BenchOptions): Promise<Report[]> {
  await using controlPlane = await startControlPlane({ enginePath });
  const every = Math.max(1, Math.round(runs / SAMPLES));
  const times: number[] = [];
  const samples = [await takeSample(controlPlane, times, every)];
  while (times.length < runs) {
    times.push(await timed(() => installAndRemove(controlPlane)));
    if (times.length % every === 0 || times.length === runs) samples.push(await takeSample(controlPlane, times, every));
  }
  const first = statistics(times.slice(0, every)).median;
  const last = statistics(times.slice(-every)).median;
  const growth = `The last ${every} took ${formatMs(last)} each (median), the first ${every} ${formatMs(first)}: ${((last / first - 1) * 100).toFixed(0)} %.`;
  if (last > first * MAX_GROWTH) throw new Error(`installing has become slower. ${growth}`);
  const head = ["installations", "median", "resident", "heap", "goroutines", "handles", "processes", "store"];
  const notes = [`Read ${REST_MS / 1000} s after the last of them. ${growth}`];
  return [{ title: `${runs} installations of charts/web`, table: markdownTable(head, samples.map(toRow)), notes }];
}

async function installAndRemove(controlPlane: ControlPlane): Promise<void> {
  await using _release = await installChart(ownChart("web"), { controlPlane });
}

async function takeSample(plane: ControlPlane, times: readonly number[], every: number): Promise<Sample> {
  await delay(REST_MS);
  const { pid, dataDir } = plane.data;
  const { goroutines, heapBytes } = await plane.engine.info();
  const [memory, handles, children, store] = await Promise.all([
    residentMemory(pid),
    readdir(`/proc/${pid}/fd`),
    childrenOf(pid),
    stat(join(dataDir, "etcd", "member", "snap", "db")),
  ]);
  return {
    installs: times.length,
    medianMs: statistics(times.slice(-every)).median,
    residentMiB: memory.resident,
    heapMiB: heapBytes / MiB,
    goroutines,
    handles: handles.length,
    processes: 1 + children,
    storeMiB: store.size / MiB,
  };
}

// Threads may start processes too.
async function childrenOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, "utf8").catch(() => "")),
  );
  return lists
    .join(" ")
    .split(/\s+/)
    .filter((text) => text !== "").length;
}

function toRow(sample: Sample): string[] {
  const { installs, medianMs, residentMiB, heapMiB, goroutines, handles, processes, storeMiB } = sample;
  const MiBs = [residentMiB, heapMiB].map((value) => `${value.toFixed(0)} MiB`);
  const median = Number.isNaN(medianMs) ? "" : formatMs(medianMs);
  return [`${installs}`, median, ...MiBs, `${goroutines}`, `${handles}`, `${processes}`, `${storeMiB.toFixed(1)} MiB`];
}

if (import.meta.main) await runBenches(longLife);
