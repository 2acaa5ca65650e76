import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { deploymentChart, webContainer } from "../helpers/real-node/charts.ts";
import { whyNotTested } from "../helpers/real-node/find-real-node.ts";
import { writeBusyboxImage } from "../helpers/real-node/write-image.ts";
import { runCli } from "../helpers/run-cli.ts";

describe.skipIf((await whyNotTested()) !== undefined)("seatrial with --real-node", () => {
  let images: TempDir;
  let image: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    images = await makeTempDir("seatrial-images-");
    image = await writeBusyboxImage(images.path);
  });
  afterAll(() => images.remove());

  const privateDirectories = async () => {
    const state = await makeTempDir("st-up-");
    const temporary = await makeTempDir("st-real-");
    onTestFinished(async () => {
      await runCli(["down"], { env });
      await state.remove();
      await temporary.remove();
    });
    env = { SEATRIAL_STATE_DIR: state.path, TMPDIR: temporary.path };
    return { state, temporary };
  };

  it("check runs the containers of a chart, and reports what only a container shows", async () => {
    const { temporary } = await privateDirectories();
    const works = await deploymentChart(webContainer);
    const breaks = await deploymentChart({ ...webContainer, command: ["/absent"] });
    const args = ["check", works, breaks, "--real-node", "--load-image", image, "--timeout", "20s", "--json"];
    const { stdout, exitCode } = await runCli([...args, "--skip", "upgrade,reinstall"], { env });
    const { trials } = JSON.parse(stdout) as { trials: { verdict: string; findings: { message: string }[] }[] };
    expect(trials.map(({ verdict }) => verdict).sort()).toEqual(["failed", "passed"]);
    const broken = trials.find(({ verdict }) => verdict === "failed");
    expect(broken?.findings[0]?.message).toMatch(/\/absent.*no such file or directory/);
    expect(exitCode).toBe(1);
    expect(await readdir(temporary.path)).toEqual([]);
  });

  it("up keeps the node until down, which leaves nothing of it", async () => {
    const { state, temporary } = await privateDirectories();
    const seatrial = (...args: string[]) => runCli(args, { env });
    expect(await seatrial("up", "--real-node", "--load-image", image)).toMatchObject({ exitCode: 0 });
    const run = ["run", "demo", "--image=seatrial.test/busybox:1", "--restart=Never"];
    await seatrial("kubectl", ...run, "--", "echo", "it runs");
    await seatrial("kubectl", "wait", "pod/demo", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s");
    expect(await seatrial("kubectl", "logs", "demo")).toMatchObject({ exitCode: 0, stdout: "it runs" });
    expect((await seatrial("up")).exitCode).toBe(0);
    expect((await seatrial("down")).exitCode).toBe(0);
    expect(await readdir(state.path)).toEqual([]);
    expect(await readdir(temporary.path)).toEqual([]);
  });

  it("up does not take simulated nodes for the node that was asked for", async () => {
    await privateDirectories();
    await runCli(["up"], { env });
    const up = await runCli(["up", "--real-node"], { env });
    expect(up).toMatchObject({
      exitCode: 2,
      stderr: "error: A control plane without a real node is up already\nHint: run `seatrial down` first",
    });
  });
});

describe("seatrial refuses options of a real node", () => {
  it.each([
    [["check", "--load-image", "a.tar"], "error: --load-image requires --real-node"],
    [["check", "--real-node", "--provider", "envtest"], "error: --real-node cannot be used with --provider envtest"],
    [["up", "--real-node", "--provider", "k3s"], "error: --real-node cannot be used with --provider k3s"],
  ])("%j", async (args, message) => {
    const run = await runCli(args, {});
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(message);
  });
});
