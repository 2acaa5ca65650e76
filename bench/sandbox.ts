import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { findGvisor, node, runInGvisor } from "../test/helpers/sandbox/gvisor.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { contestTable, type Report } from "./support/table.ts";

const measures = {
  boot: "Boot",
  install: "Installing and removing a chart of 200 objects, without waiting for pods",
} as const;
type Figures = Record<keyof typeof measures, number>;

const work = "bench/support/sandbox-work.ts";

/** A start and an install of 200 objects, alternately inside and outside of gVisor. */
export async function sandbox({ runs = 5, enginePath }: BenchOptions): Promise<Report[]> {
  const gvisor = await findGvisor();
  if (gvisor.reason !== undefined) throw new Error(gvisor.reason);
  const places = {
    outside: async () => {
      const { stdout } = await execa(process.execPath, [fileURLToPath(new URL(`../${work}`, import.meta.url))], {
        env: { SEATRIAL_ENGINE: enginePath },
      });
      return JSON.parse(stdout) as Figures;
    },
    inside: async () => {
      const { stdout, stderr } = await runInGvisor(gvisor, { args: [node, work], enginePath, timeoutMs: 300_000 });
      if (stdout === "") throw new Error(`the work in gVisor failed: ${stderr}`);
      return JSON.parse(stdout) as Figures;
    },
  };
  const measured: Record<keyof typeof places, Figures[]> = { outside: [], inside: [] };
  for (let round = 0; round < runs; round++) {
    const order = round % 2 === 0 ? (["outside", "inside"] as const) : (["inside", "outside"] as const);
    for (const place of order) measured[place].push(await places[place]());
  }
  const rowsOf = (measure: keyof Figures) =>
    (["outside", "inside"] as const).map((place) => ({
      name: place === "inside" ? `in gVisor (runsc, ${gvisor.platform})` : "on the machine itself",
      ...statistics(measured[place].map((figures) => figures[measure])),
    }));
  return Object.entries(measures).map(([measure, title]) => ({
    title: `${title} (${runs} runs)`,
    table: contestTable(rowsOf(measure as keyof Figures)),
    notes: [
      "In gVisor: an unprivileged user without capabilities, no network but loopback, a read-only file system, " +
        "data in /tmp. Each run is a process of its own with a control plane of its own.",
    ],
  }));
}

if (import.meta.main) await runBenches(sandbox);
