import { expect } from "vitest";
import { runCli } from "../run-cli.ts";
import { setTrap } from "../trap.ts";

/**
 * Runs `seatrial check` where every ambient configuration leads to a server that nobody may connect to, and resolves with its
 * JSON report. Fails when that server was reached, or when one of the kubeconfigs was read or written.
 */
export async function checkInTrap(args: readonly string[], env: Record<string, string> = {}) {
  // The cache of engines is in another home directory.
  const enginePath = (await runCli(["engine", "path"])).stdout.trim();
  const trap = await setTrap();
  const before = await trap.traces();
  const run = await runCli(["check", "charts/web", "--filter", "default", "--json", ...args], {
    env: { ...trap.env, SEATRIAL_ENGINE: enginePath, ...env },
  });
  expect(trap.connections()).toBe(0);
  expect(await trap.traces()).toEqual(before);
  return { ...run, report: JSON.parse(run.stdout) as Report };
}

interface Report {
  controlPlane: { provider: string; helm: string; cluster?: string; pods: string };
  trials: { steps: { name: string; verdict: string; reason?: string }[] }[];
  notTested: string[];
}
