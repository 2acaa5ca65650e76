import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { currentControlPlane } from "../../../src/plane/current.ts";
import { planTrials } from "../../../src/trial/plan-trials.ts";
import { runTrial } from "../../../src/trial/trial.ts";
import { noInputs } from "../../../src/trial/trial-inputs.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";

it("reports the time that a trial waits for another trial apart from the time of its steps", async () => {
  const plane = currentControlPlane();
  const chart = await writeChart({ "templates/a.yaml": configMap("a") }, "patient");
  const { plans } = await planTrials([chart]);
  const [plan] = plans;
  if (plan === undefined) throw new Error("there is a plan");

  // As a trial has it that runs alone.
  const lock = await plane.engine.lock("seatrial-trials");
  const waitMs = 1000;
  const seen: [string, boolean][] = [];
  const release = async () => {
    await delay(waitMs);
    await lock.unlock();
  };
  let released: Promise<void> | undefined;
  const startedAt = performance.now();
  const trial = await runTrial(plan, {
    plane,
    isAlone: false,
    inputs: noInputs,
    timeout: "1m",
    onWait: (id, isWaiting) => {
      seen.push([id, isWaiting]);
      released ??= release();
    },
  });
  const wallMs = performance.now() - startedAt;
  await released;

  expect(trial.verdict).toBe("passed");
  expect(seen.slice(0, 2)).toEqual([
    ["patient/default", true],
    ["patient/default", false],
  ]);
  // A timer may end a millisecond early.
  expect(trial.waitedMs).toBeGreaterThan(waitMs - 5);
  expect(trial.durationMs).toBe(trial.steps.reduce((sum, { durationMs }) => sum + durationMs, 0));
  expect(trial.durationMs + trial.waitedMs).toBeLessThan(wallMs + 1);
});
