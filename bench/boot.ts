import { launchEngine } from "../src/engine/run/launch-engine.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { startBarePair } from "./support/bare-pair.ts";
import { buildBare } from "./support/build-bare.ts";
import { contest, timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { contestTable, type Report } from "./support/table.ts";

/** The start of a whole control plane in one process, compared with that of etcd and kube-apiserver alone, as envtest starts them. */
export async function boot({ runs = 5, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  const program = await buildBare("pair", dir.path);
  const rows = await contest(
    [
      { name: "seatrial: etcd, API server, controllers, scheduler, Helm", run: () => bootEngine(enginePath) },
      { name: "etcd and kube-apiserver alone, two processes", run: () => bootPair(program) },
    ],
    { runs },
  );
  return [
    {
      title: `Boot, from the start of the process until it can be used (${runs} runs)`,
      table: contestTable(rows),
      notes: [
        "The engine is ready when the controllers have made the default ServiceAccount; its certificates are part of the time. " +
          "The pair has envtest's flags (no fsync) and is ready when `/healthz` answers 200, asked every 100 ms as envtest does; " +
          "its certificates, its ports and the two `--help` calls of envtest are not counted.",
      ],
    },
  ];
}

async function bootEngine(enginePath: string): Promise<number> {
  await using dataDir = await makeTempDir();
  let stop: (() => Promise<unknown>) | undefined;
  try {
    return await timed(async () => {
      const engine = await launchEngine({ enginePath, dataDir: dataDir.path });
      stop = () => engine.stop();
    });
  } finally {
    await stop?.();
  }
}

async function bootPair(program: string): Promise<number> {
  await using pair = await startBarePair(program);
  return pair.bootMs;
}

if (import.meta.main) await runBenches(boot);
