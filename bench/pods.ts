import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import type { KubeObject, ObjectRef } from "../src/kube/object-ref.ts";
import type { ControlPlane } from "../src/plane/control-plane.ts";
import { installChart } from "../src/release/install-chart.ts";
import { ownChart } from "./support/charts.ts";
import { timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { type Statistics, statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

const MANY = 200;
// Linux counts the processor's time in hundredths of a second, on every machine.
const TICK_MS = 10;
const POLL_INTERVAL_MS = 5;

const podSpec = { containers: [{ name: "app", image: "example.com/app:1" }] };

/** How long simulated Pods take to be ready, through the real controllers and the real scheduler. */
export async function pods({ runs = 5, enginePath }: BenchOptions): Promise<Report[]> {
  await using controlPlane = await startControlPlane({ enginePath });
  const ways = [
    { name: "a Pod, created until it is ready", run: () => onePod(controlPlane) },
    { name: "a Deployment of one", run: () => deployment(controlPlane, 1) },
    { name: `a Deployment of ${MANY}`, run: () => deployment(controlPlane, MANY) },
    { name: "`installChart` of charts/web with `wait`", run: () => installed(controlPlane) },
  ];
  const rows: (Statistics & { name: string; perRunMs: number })[] = [];
  for (const { name, run } of ways) {
    await run();
    const times: number[] = [];
    const before = await processorMs(controlPlane);
    while (times.length < runs) times.push(await run());
    const perRunMs = ((await processorMs(controlPlane)) - before) / runs;
    rows.push({ name, perRunMs, ...statistics(times) });
  }
  const many = rows[2]?.median ?? Number.NaN;
  const rate = `${Math.round(MANY / (many / 1000))} Pods a second in the Deployment of ${MANY}.`;
  return [
    {
      title: `Simulated Pods (${runs} runs)`,
      table: markdownTable(
        ["", "median", "min", "max", "the engine's processor time"],
        rows.map(({ name, median, min, max, perRunMs }) => [name, ...[median, min, max, perRunMs].map(formatMs)]),
      ),
      notes: [
        `${rate} The processor's time includes the removal of the namespace. Asked every ${POLL_INTERVAL_MS} ms whether it is ready.`,
      ],
    },
  ];
}

/** The processor time of the engine since its start. */
async function processorMs(plane: ControlPlane): Promise<number> {
  const stat = await readFile(`/proc/${plane.data.pid}/stat`, "utf8");
  // After the name, which may contain any character: proc(5), fields 14 and 15.
  const [utime, stime] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(utime) + Number(stime)) * TICK_MS;
}

async function onePod(plane: ControlPlane): Promise<number> {
  await using namespace = await plane.namespace();
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "one", namespace: namespace.name }, spec: podSpec };
  return await timed(() => createUntil(plane, object, hasConditionReady));
}

async function deployment(plane: ControlPlane, replicas: number): Promise<number> {
  await using namespace = await plane.namespace();
  const labels = { app: "many" };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "many", namespace: namespace.name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  };
  return await timed(() => createUntil(plane, object, ({ status }) => readyReplicas(status) === replicas));
}

async function installed(plane: ControlPlane): Promise<number> {
  await using namespace = await plane.namespace();
  const options = { controlPlane: plane, namespace: namespace.name, wait: true };
  let releasedMs = 0;
  const startedAt = performance.now();
  {
    await using _release = await installChart(ownChart("web"), options);
    releasedMs = performance.now() - startedAt;
  }
  return releasedMs;
}

async function createUntil(plane: ControlPlane, object: KubeObject, isDone: (object: KubeObject) => boolean) {
  await plane.kube.create(object);
  const ref: ObjectRef = { ...object, namespace: object.metadata.namespace ?? "", name: object.metadata.name ?? "" };
  for (
    let found = await plane.kube.get(ref);
    found === undefined || !isDone(found);
    found = await plane.kube.get(ref)
  ) {
    await delay(POLL_INTERVAL_MS);
  }
}

function hasConditionReady({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}

function readyReplicas(status: unknown): number {
  return (status as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0;
}

if (import.meta.main) await runBenches(pods);
