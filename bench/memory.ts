import { setTimeout as delay } from "node:timers/promises";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { installChart } from "../src/release/install-chart.ts";
import { startBarePair } from "./support/bare-pair.ts";
import { buildBare } from "./support/build-bare.ts";
import { ownChart } from "./support/charts.ts";
import type { BenchOptions } from "./support/options.ts";
import { type ResidentMemory, residentMemory } from "./support/resident-memory.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { markdownTable, type Report } from "./support/table.ts";

const INSTALLATIONS = 20;
// Go returns memory to the system in the background.
const REST_MS = 3000;

/** Memory of the engine after its start and after work, and of etcd and kube-apiserver alone after their start. */
export async function memory({ runs = 3, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  const program = await buildBare("pair", dir.path);
  const booted: ResidentMemory[] = [];
  const used: ResidentMemory[] = [];
  const pair: ResidentMemory[] = [];
  for (let run = 0; run < runs; run++) {
    const [afterBoot, afterUse] = await measureEngine(enginePath);
    booted.push(afterBoot);
    used.push(afterUse);
    pair.push(await measurePair(program));
  }
  const rows = [
    toRow("engine, after its boot", booted),
    toRow(`engine, after ${INSTALLATIONS} installations and removals of charts/web`, used),
    toRow("etcd and kube-apiserver alone, after their boot", pair),
  ];
  const head = ["", "resident: median", "min", "max", "of it heap and stacks", "peak"];
  const notes = [`Measured ${REST_MS / 1000} s after the work ended. Figures of two processes are added up.`];
  return [{ title: `Memory (${runs} runs)`, table: markdownTable(head, rows), notes }];
}

async function measureEngine(enginePath: string): Promise<[ResidentMemory, ResidentMemory]> {
  await using controlPlane = await startControlPlane({ enginePath });
  await delay(REST_MS);
  const afterBoot = await residentMemory(controlPlane.data.pid);
  for (let count = 0; count < INSTALLATIONS; count++) {
    await using _release = await installChart(ownChart("web"), { controlPlane });
  }
  await delay(REST_MS);
  return [afterBoot, await residentMemory(controlPlane.data.pid)];
}

async function measurePair(program: string): Promise<ResidentMemory> {
  await using pair = await startBarePair(program);
  await delay(REST_MS);
  const [etcd, apiServer] = await Promise.all([residentMemory(pair.etcdPid), residentMemory(pair.apiServerPid)]);
  return {
    resident: etcd.resident + apiServer.resident,
    anonymous: etcd.anonymous + apiServer.anonymous,
    peak: etcd.peak + apiServer.peak,
  };
}

function toRow(name: string, measured: readonly ResidentMemory[]): string[] {
  const { median, min, max } = statistics(measured.map(({ resident }) => resident));
  const medianOf = (field: keyof ResidentMemory) => statistics(measured.map((memory) => memory[field])).median;
  return [name, ...[median, min, max, medianOf("anonymous"), medianOf("peak")].map((MiB) => `${MiB.toFixed(0)} MiB`)];
}

if (import.meta.main) await runBenches(memory);
