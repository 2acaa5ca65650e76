import { readdir } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import type { ControlPlaneData } from "../../src/plane/control-plane-data.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { findHierarchies } from "../../src/real-node/remove-cgroups.ts";
import { whyNotTested } from "../helpers/real-node/find-real-node.ts";
import { nodeTracesIn, waitUntilNoNodeTraces } from "../helpers/real-node/node-traces.ts";
import { writeBusyboxImage } from "../helpers/real-node/write-image.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";
import { suspend } from "../helpers/suspend.ts";

const program = repositoryPath("test/programs/real-node-plane.ts");

describe.skipIf((await whyNotTested()) !== undefined)("what is left of a real node", () => {
  let images: TempDir;
  let image: string;
  beforeAll(async () => {
    images = await makeTempDir("seatrial-images-");
    image = await writeBusyboxImage(images.path);
  });
  afterAll(() => images.remove());

  /** A control plane with a running Pod in a process of its own, whose node and its traces are found by name. */
  const start = async (action = "wait") => {
    const { path: directory, remove } = await makeTempDir("st-node-");
    onTestFinished(remove);
    const run = execa(process.execPath, [program, image, action], {
      env: { TMPDIR: directory },
      reject: false,
    });
    onTestFinished(() => void run.kill("SIGKILL"));
    const output: string[] = [];
    run.stdout.on("data", (text) => output.push(String(text)));
    const line = new Promise<string>((resolve) => run.stdout.once("data", (text) => resolve(String(text))));
    const first = await Promise.race([line, run.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
    const data = JSON.parse(first) as ControlPlaneData;
    const groups = (await Promise.all((await findHierarchies()).map((root) => readdir(root)))).flat();
    const names = [...new Set(groups.filter((name) => name.startsWith(`seatrial-${run.pid}-`)))];
    const find = async (pattern: RegExp) => {
      const { processes } = await nodeTracesIn(directory, names);
      return Number(processes.find((each) => pattern.test(each))?.split(" ")[0]);
    };
    return { run, output, data, directory, names, find };
  };

  it("is nothing after a stop", async () => {
    const { run, directory, names } = await start("stop");
    expect(await run).toMatchObject({ exitCode: 0, stderr: "" });
    await waitUntilNoNodeTraces(directory, names);
  });

  it("is nothing after its process was killed, with a Pod that ran", async () => {
    const { run, directory, names } = await start();
    const before = await nodeTracesIn(directory, names);
    expect(before.processes.filter((line) => / sleep [34]000 /.test(line))).toHaveLength(2);
    expect(before.cgroups.length).toBeGreaterThan(0);
    // Its mounts and interfaces are in namespaces of their own from the start.
    expect({ mounts: before.mounts, interfaces: before.interfaces }).toEqual({ mounts: [], interfaces: [] });
    run.kill("SIGKILL");
    await run;
    await waitUntilNoNodeTraces(directory, names);
  });

  it.each([
    { victim: "the program that runs the node", pattern: /seatrial-node-init run /, reason: "The real node has ended" },
    {
      victim: "the first process in the namespaces",
      pattern: / inside /,
      reason: "the node has ended: signal: killed",
    },
    { victim: "the kubelet", pattern: / kubelet /, reason: "kubelet has ended: signal SIGKILL" },
    { victim: "containerd", pattern: /\/containerd --log-level/, reason: "containerd has ended: signal SIGKILL" },
  ])("is nothing after $victim was killed, and the control plane says so and ends", async ({ pattern, reason }) => {
    const { run, output, data, directory, names, find } = await start();
    const victim = await find(pattern);
    expect(victim).toBeGreaterThan(0);
    process.kill(victim, "SIGKILL");
    await expect.poll(() => isAlive(data.pid), { timeout: 20_000 }).toBe(false);
    const left = await nodeTracesIn(directory, names);
    expect(left.processes.filter((line) => / sleep [34]000 /.test(line))).toEqual([]);
    await expect.poll(() => output.join(""), { timeout: 20_000 }).toContain(reason);
    run.kill("SIGTERM");
    await run;
    await waitUntilNoNodeTraces(directory, names);
  });

  it("is nothing after the engine was killed, although its parent still runs", async () => {
    const { run, data, directory, names } = await start();
    process.kill(data.pid, "SIGKILL");
    await expect.poll(async () => (await nodeTracesIn(directory, names)).cgroups, { timeout: 20_000 }).toEqual([]);
    run.kill("SIGTERM");
    await run;
    await waitUntilNoNodeTraces(directory, names);
  });

  it("are only files and empty control groups after all programs were killed at once, and the next start removes them", async () => {
    const { run, data, directory, names, find } = await start();
    const init = await find(/seatrial-node-init run /);
    // A suspended parent cannot clean up, and is then killed itself.
    await suspend(run.pid as number);
    for (const pid of [init, data.pid]) process.kill(pid, "SIGKILL");
    run.kill("SIGKILL");
    await run;
    const left = async () => (await nodeTracesIn(directory, names)).processes;
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
    expect((await nodeTracesIn(directory, names)).cgroups.length).toBeGreaterThan(0);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = directory;
    try {
      await (await startControlPlane({ realNode: true })).stop();
    } finally {
      process.env.TMPDIR = before;
    }
    await waitUntilNoNodeTraces(directory, names);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
