import { describe, expect, it } from "vitest";
import { isRunning } from "../../src/process/process-group.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { childrenOf, startCli } from "../helpers/run-cli.ts";

const manyCases = () => {
  const names = Array.from({ length: 30 }, (_, index) => `ci/c${index}-values.yaml`);
  const files = Object.fromEntries(names.map((name) => [name, "{}"]));
  return writeChart({ "templates/a.yaml": configMap("a"), ...files }, "many");
};

/** Starts a check and resolves when its first case has passed, with the engine's process id. */
async function startCheck(...args: string[]) {
  const run = startCli(["check", await manyCases(), ...args]);
  await new Promise<void>((resolve) =>
    run.stdout.on("data", (text: Buffer) => String(text).includes("passed") && resolve()),
  );
  const [engine = 0] = childrenOf(run.pid ?? 0);
  expect(isRunning(engine)).toBe(true);
  return { run, engine };
}

describe("an interrupted check", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "by %s reports the results so far, ends the engine and exits with 130",
    async (signal) => {
      const { run, engine } = await startCheck();
      run.kill(signal);
      const { exitCode, stdout } = await run;
      expect(exitCode).toBe(130);
      expect(stdout).toContain("Interrupted, cleaning up. Press Ctrl-C again to exit immediately.");
      expect(stdout).toMatch(/^and \d+ cases not started$/m);
      expect(stdout).toMatch(/^interrupted: 1 chart, 31 cases · \d+ passed · 0 failed · \d+ skipped/m);
      await expect.poll(() => isRunning(engine), { timeout: 2000 }).toBe(false);
    },
  );

  it("exits immediately when it is interrupted again", async () => {
    const { run, engine } = await startCheck();
    run.kill("SIGINT");
    run.kill("SIGTERM");
    const { exitCode } = await run;
    expect(exitCode).toBe(130);
    await expect.poll(() => isRunning(engine), { timeout: 2000 }).toBe(false);
  });
});

describe("a check whose engine dies", () => {
  it("could not be checked, says why, and exits with 3", async () => {
    const { run, engine } = await startCheck();
    process.kill(engine, "SIGKILL");
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /^errored many\/\S+ [\d.]+ m?s.* {2}\S+: The engine \(process \d+\) has ended: killed by SIGKILL$/m,
    );
    expect(stdout).toMatch(
      /^errored: 1 chart, 31 cases · \d+ passed · 0 failed · [1-9]\d* could not be checked · \d+ skipped/m,
    );
  });
});
