import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BackgroundPlane } from "../../src/background/state-file.ts";
import { isRunning } from "../../src/process/process-group.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { writeK3s } from "../helpers/providers/k3s-stand-in.ts";
import { processesIn } from "../helpers/providers/processes.ts";
import { runCli, stable, startCli } from "../helpers/run-cli.ts";
import { waitUntilGone } from "../helpers/wait-until-gone.ts";

let state: TempDir;
let tools: TempDir;
let env: Record<string, string>;
const seatrial = (...args: string[]) => runCli(args, { env });
const readState = async () =>
  JSON.parse(await readFile(join(state.path, "default", "state.json"), "utf8")) as BackgroundPlane;

beforeEach(async () => {
  state = await makeTempDir("st-up-");
  tools = await makeTempDir("st-k3s-");
  await writeK3s(tools.path);
  const PATH = `${tools.path}:${process.env.PATH}`;
  env = { SEATRIAL_STATE_DIR: state.path, PATH, TMPDIR: tools.path };
});
afterEach(async () => {
  await seatrial("down");
  await state.remove();
  await tools.remove();
});

/** The processes of the control plane that is up: its engine, its keeper, and what runs in the provider's directory. */
async function processes(): Promise<number[]> {
  const { data, keeper } = await readState();
  const directories = (await readdir(tools.path)).map((name) => join(tools.path, name));
  const found = (await Promise.all([...directories, dirname(data.kubeconfigPath)].map(processesIn))).flat();
  return [...new Set([data.pid, keeper?.pid ?? 0, ...found.map(({ pid }) => pid)])];
}

const allGone = (pids: readonly number[]) => Promise.all(pids.map((pid) => waitUntilGone(pid, 30_000)));

describe("seatrial up --provider", () => {
  it("starts a control plane that outlives the command, and `down` ends everything", async () => {
    const up = await seatrial("up", "--provider", "k3s");
    expect(up).toMatchObject({ exitCode: 0, stdout: `export KUBECONFIG='${state.path}/default/kubeconfig'` });
    expect(stable(up.stderr)).toMatch(/^The control plane is up after <time>: Kubernetes <version>, /m);
    const status = await seatrial("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({ up: true, provider: "k3s" });
    const created = await seatrial("kubectl", "create", "namespace", "mine");
    expect(created.stdout).toBe("namespace/mine created");

    const pids = await processes();
    // The engine, the keeper, k3s with its guard, and the engine behind it.
    expect(pids.length).toBeGreaterThanOrEqual(4);
    const down = await seatrial("down");
    expect(down).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/was stopped$/) });
    expect(pids.filter((pid) => isRunning(pid))).toEqual([]);
    expect(await readdir(state.path)).toEqual([]);
    expect(await readdir(tools.path)).toEqual(["k3s"]);
  });

  it("is used by `check` with SEATRIAL_REUSE", async () => {
    await seatrial("up", "--provider", "k3s");
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const run = await runCli(["check", chart, "--json"], { env: { ...env, SEATRIAL_REUSE: "1" } });
    expect(JSON.parse(run.stdout)).toMatchObject({ exitCode: 0, controlPlane: { provider: "k3s", bootMs: 0 } });
  });

  it("does not take another provider for the one that was asked for", async () => {
    await seatrial("up", "--provider", "k3s");
    expect(await seatrial("up", "--provider", "engine")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: A control plane of the provider k3s is up already; asked for was engine\nHint: run `seatrial down` first",
    });
    expect((await seatrial("up")).exitCode).toBe(0);
    expect((await seatrial("up", "--provider", "k3s", "--no-wait")).exitCode).toBe(0);
  });

  it("ends with the process that keeps it up, also when that is killed", async () => {
    await seatrial("up", "--provider", "k3s");
    const pids = await processes();
    process.kill((await readState()).keeper?.pid ?? 0, "SIGKILL");
    await allGone(pids);
    expect((await seatrial("status")).exitCode).toBe(3);
    expect((await seatrial("up", "--provider", "k3s")).exitCode).toBe(0);
  });

  it("leaves nothing behind when the command is interrupted", async () => {
    await writeK3s(tools.path, "silent");
    const run = startCli(["up", "--provider", "k3s"], { env });
    const guards = async () => {
      const names = (await readdir(tools.path)).filter((name) => name !== "k3s");
      return (await Promise.all(names.map((name) => processesIn(join(tools.path, name))))).flat();
    };
    await expect.poll(guards, { timeout: 60_000 }).not.toEqual([]);
    const pids = (await guards()).map(({ pid }) => pid);
    run.kill("SIGINT");
    expect((await run).exitCode).toBe(130);
    expect(pids.filter((pid) => isRunning(pid))).toEqual([]);
    expect((await seatrial("status")).exitCode).toBe(3);
  });

  it("reports why the control plane of the provider did not start", async () => {
    await writeK3s(tools.path, "fatal");
    const run = await seatrial("up", "--provider", "k3s");
    expect(run).toMatchObject({ exitCode: 3, stdout: "" });
    expect(run.stderr).toContain("k3s of the provider k3s has ended with exit code 1");
    expect((await seatrial("status")).exitCode).toBe(3);
  });

  it.each([
    [["--provider", "existing"], "error: up --provider existing: the cluster is up already"],
    [["--provider", "k3s", "--stages", "x.yaml"], "error: up --stages: the provider k3s does not simulate"],
    [["--provider", "k3d"], "error: option '--provider <name>' argument 'k3d' is invalid"],
  ])("refuses %j", async (args, message) => {
    const run = await seatrial("up", ...args);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain(message);
  });
});
