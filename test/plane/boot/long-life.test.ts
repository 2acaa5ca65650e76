import { readdirSync } from "node:fs";
import { type ControlPlane, dryRunChart, installChart, startControlPlane } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { childrenOf } from "../../helpers/run-cli.ts";

// The number of watches, connections and workers changes by a few at any time; a leak in each round exceeds this.
const ROUNDS = 15;
const SLACK = 10;
// A busy machine takes many times the usual 20 s.
const TIMEOUT_MS = 240_000;

async function usage(plane: ControlPlane) {
  const { pid } = plane.data;
  const { goroutines } = await plane.engine.info();
  return { goroutines, handles: readdirSync(`/proc/${pid}/fd`).length, processes: childrenOf(pid).length };
}

async function round(plane: ControlPlane): Promise<void> {
  await using release = await installChart("charts/web", { controlPlane: plane });
  await release.upgrade({ values: { replicaCount: 2 } });
  await dryRunChart("charts/web", { controlPlane: plane });
}

describe("an engine that has run for a long time", () => {
  it(
    "has the goroutines, file handles and processes that it had before",
    async () => {
      const plane = await startControlPlane();
      onTestFinished(() => plane.stop());
      // The first rounds open caches, connections and a worker, which are kept.
      for (let count = 0; count < 3; count++) await round(plane);
      const before = await usage(plane);
      for (let count = 0; count < ROUNDS; count++) await round(plane);
      const grown = async () => {
        const after = await usage(plane);
        return Object.entries(before).filter(([name, count]) => after[name as keyof typeof after] > count + SLACK);
      };
      await expect.poll(grown, { timeout: 30_000, interval: 500 }).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
