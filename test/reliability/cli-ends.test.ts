import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { bin, runCli, startCli } from "../helpers/run-cli.ts";
import { suspend } from "../helpers/suspend.ts";
import { processesIn, tracesIn, waitUntilNoTraces } from "../helpers/traces.ts";

async function makeDirectory(): Promise<string> {
  const { path, remove } = await makeTempDir("st-cli-");
  onTestFinished(remove);
  return path;
}

const manyCases = () => {
  const names = Array.from({ length: 40 }, (_, index) => `ci/c${index}-values.yaml`);
  const files = Object.fromEntries(names.map((name) => [name, "{}"]));
  return writeChart({ "templates/a.yaml": configMap("a"), ...files }, "many");
};

/** Resolves with the process id of the engine that a command has started below the directory. */
async function waitForEngine(directory: string): Promise<number> {
  const serving = () => processesIn(directory).find((line) => line.includes(" serve "));
  const line = await pollUntil(serving, { timeoutMs: 60_000, intervalMs: 5, waitingFor: "an engine's process" });
  return Number.parseInt(line, 10);
}

const passedOnce = (run: ReturnType<typeof startCli>) =>
  new Promise<void>((resolve) => run.stdout.on("data", (text: Buffer) => String(text).includes("passed") && resolve()));

describe("a check that is ended", () => {
  it("by kill -9 leaves no engine, no chart worker and no data", async ({ annotate }) => {
    const tempDir = await makeDirectory();
    const run = startCli(["check", await manyCases()], { env: { TMPDIR: tempDir } });
    await passedOnce(run);
    const { processes } = await tracesIn(tempDir);
    expect(processes.some((line) => line.includes(" serve "))).toBe(true);
    expect(processes.some((line) => line.includes(" chart-worker "))).toBe(true);
    run.kill("SIGKILL");
    await annotate(`gone after ${await waitUntilNoTraces(tempDir)} ms`);
    expect((await run).signal).toBe("SIGKILL");
  });

  it.for(["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "by %s while its control plane starts leaves nothing",
    async (signal, { annotate }) => {
      const tempDir = await makeDirectory();
      const run = startCli(["check", await manyCases()], { env: { TMPDIR: tempDir } });
      await waitForEngine(tempDir);
      run.kill(signal);
      await annotate(`gone after ${await waitUntilNoTraces(tempDir)} ms`);
      const { exitCode, signal: endedBy, stderr } = await run;
      if (signal === "SIGKILL") expect(endedBy).toBe("SIGKILL");
      else expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: "interrupted" });
    },
  );

  it("by the end of its terminal leaves nothing", async ({ annotate }) => {
    const tempDir = await makeDirectory();
    const command = `${process.execPath} ${bin} check ${await manyCases()}`;
    const env = { TMPDIR: tempDir };
    const terminal = execa("script", ["--quiet", "--command", command, "/dev/null"], { env, reject: false });
    await waitForEngine(tempDir);
    terminal.kill("SIGKILL");
    await annotate(`gone after ${await waitUntilNoTraces(tempDir)} ms`);
    await terminal;
  });

  it("by the death of its engine shows how it died with its last lines, and leaves nothing", async ({ annotate }) => {
    const tempDir = await makeDirectory();
    const run = startCli(["check", await manyCases()], { env: { TMPDIR: tempDir } });
    await passedOnce(run);
    const killedAt = performance.now();
    process.kill(await waitForEngine(tempDir), "SIGKILL");
    const { exitCode, stdout } = await run;
    await annotate(`ended after ${Math.round(performance.now() - killedAt)} ms`);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/The engine \(process \d+\) has ended: killed by SIGKILL/);
    expect(stdout).toMatch(/its last \d+ lines:/);
    expect(stdout).not.toMatch(/timed out/i);
    await waitUntilNoTraces(tempDir);
  });
});

describe("seatrial up", () => {
  const seatrial = (stateDir: string, ...args: string[]) => runCli(args, { env: { SEATRIAL_STATE_DIR: stateDir } });
  const upOf = async (stateDir: string): Promise<{ up: boolean; pid: number }> =>
    JSON.parse((await seatrial(stateDir, "status", "--json")).stdout);
  const dataIn = (stateDir: string) =>
    // `down` removes the directory itself.
    readdirSync(stateDir, { recursive: true, encoding: "utf8" }).filter((path) => /^data-/.test(basename(path)));

  async function makeState(): Promise<string> {
    const stateDir = await makeDirectory();
    onTestFinished(async () => void (await seatrial(stateDir, "down")));
    return stateDir;
  }

  it("that is killed before it writes its state file leaves no engine, and the next one starts", async ({
    annotate,
  }) => {
    const stateDir = await makeState();
    const run = startCli(["up"], { env: { SEATRIAL_STATE_DIR: stateDir } });
    await waitForEngine(stateDir);
    run.kill("SIGKILL");
    const startedAt = performance.now();
    await run;
    const gone = () => (processesIn(stateDir).length + dataIn(stateDir).length === 0 ? true : undefined);
    await pollUntil(gone, { timeoutMs: 8000, intervalMs: 10, waitingFor: "the engine to be gone" });
    await annotate(`gone after ${Math.round(performance.now() - startedAt)} ms`);
    expect((await seatrial(stateDir, "up")).exitCode).toBe(0);
    expect((await upOf(stateDir)).up).toBe(true);
  });

  it("leaves an engine that `down` cleans up after when it was killed", async () => {
    const stateDir = await makeState();
    await seatrial(stateDir, "up");
    process.kill((await upOf(stateDir)).pid, "SIGKILL");
    expect(await upOf(stateDir)).toEqual({ schemaVersion: 1, up: false });
    expect(await seatrial(stateDir, "down")).toMatchObject({ exitCode: 0, stderr: "No control plane was up" });
    expect({ data: dataIn(stateDir), processes: processesIn(stateDir) }).toEqual({ data: [], processes: [] });
  });

  it("leaves an engine that `down` kills when it does not end, and `down` says so", async () => {
    const stateDir = await makeState();
    await seatrial(stateDir, "up");
    const { pid } = await upOf(stateDir);
    await suspend(pid);
    const { exitCode, stderr } = await seatrial(stateDir, "down");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `The control plane (process ${pid}) did not end within 2 s and was killed`,
    });
    expect({ data: dataIn(stateDir), processes: processesIn(stateDir) }).toEqual({ data: [], processes: [] });
  });
});
