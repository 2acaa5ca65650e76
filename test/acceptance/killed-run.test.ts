import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attachControlPlane } from "../../src/boot/attach-control-plane.ts";
import { KubeClient } from "../../src/kube/kube-client.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { listStages } from "../../src/simulation/list-stages.ts";
import { configMap, definition, writeChart } from "../helpers/charts/write-chart.ts";
import { makeProject, startVitest, waitForMark } from "../helpers/projects/vitest-project.ts";
import { childrenOf, runCli, startCli } from "../helpers/run-cli.ts";

// Ready after some seconds, in every run.
const slow = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: a, image: "example.invalid/a:1", readinessProbe: { exec: { command: ["true"] }, initialDelaySeconds: 400 } }]
`;

const stage = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name: "touch" },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "ConfigMap" },
    selector: { matchLabels: { touched: "never" } },
    next: { patches: [{ root: "metadata", template: "labels: { touched: done }" }] },
  },
};

let state: TempDir;
let kube: KubeClient;
let kubeconfig: string;
const seatrial = (...args: string[]) => runCli(args, { env: { SEATRIAL_STATE_DIR: state.path, SEATRIAL_REUSE: "1" } });

beforeEach(async () => {
  state = await makeTempDir("st-killed-");
  const { stdout } = await seatrial("up");
  kubeconfig = /'(.*)'/.exec(stdout)?.[1] ?? "";
  kube = KubeClient.fromFile(kubeconfig);
});
afterEach(async () => {
  kube.close();
  await seatrial("down");
  await state.remove();
});

/** Starts a check and kills it when Helm has recorded that it installs and the Pod exists. */
async function checkAndKill(args: readonly string[]): Promise<void> {
  const run = startCli(["check", ...args], { env: { SEATRIAL_STATE_DIR: state.path, SEATRIAL_REUSE: "1" } });
  const pods = async () => (await kube.list("v1", "Pod")).filter(({ metadata }) => metadata.labels?.app === "web");
  await expect.poll(async () => (await pods()).length, { timeout: 60_000 }).toBe(1);
  // First an engine of its own, which would mark the release as failed.
  for (const child of childrenOf(run.pid ?? 0)) process.kill(child, "SIGKILL");
  run.kill("SIGKILL");
  expect((await run).signal).toBe("SIGKILL");
}

async function recorded(): Promise<string[]> {
  const records = await kube.list("v1", "Secret", { labelSelector: "owner=helm" });
  return records.map(({ metadata }) => `${metadata.labels?.name} ${metadata.labels?.status}`);
}

describe("a check that is killed in the middle of an installation", () => {
  it("does not block the next one on the control plane of `seatrial up`, which removes what it left", async () => {
    const files = { "templates/a.yaml": slow, "crds/a.yaml": definition("KilledThing") };
    const chart = await writeChart({ ...files, "test/stage.yaml": JSON.stringify(stage) }, "slow");
    const stages = ["--stages", join(chart, "test/stage.yaml")];
    const args = [chart, "--namespace", "team", "--release-name", "web", ...stages];
    await checkAndKill(args);
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: "team" })).toBeDefined();
    const { exitCode, stdout } = await seatrial("check", ...args);
    expect(stdout).toMatch(
      /^Removed what a killed run had left: namespace team with release web \(\S+\), Stage touch, CustomResourceDefinition killedthings\.example\.com$/m,
    );
    expect(exitCode).toBe(0);
    expect(await recorded()).toEqual([]);
    expect((await seatrial("check", ...args)).stdout).not.toContain("killed run");
  });

  it("does not block the next one in an existing cluster, where nothing ends the pending release", async () => {
    const chart = await writeChart({ "templates/a.yaml": slow }, "slow");
    await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
    const context = (await seatrial("kubectl", "config", "current-context")).stdout;
    const cluster = ["--provider", "existing", "--kubeconfig", kubeconfig, "--context", context, "--allow-install"];
    const args = [chart, "--namespace", "team", "--release-name", "web", ...cluster];
    await checkAndKill(args);
    await expect.poll(recorded, { timeout: 10_000 }).toEqual(["web pending-install"]);
    const { exitCode, stdout } = await seatrial("check", ...args);
    expect(stdout).toContain("Removed what a killed run had left: release web (pending-install) in namespace team");
    expect(exitCode).toBe(0);
    expect(await recorded()).toEqual([]);
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: "team" })).toBeDefined();
  });
});

describe("a vitest run with SEATRIAL_REUSE=1 that is killed", () => {
  it("leaves nothing to the next one, neither objects nor Stages and simulation rules", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") }, "kept");
    const spec = `import { it } from "vitest";
import { installChart, simulate, simulateStages } from "seatrial";
import { mark } from "./mark.js";
it("waits", async () => {
  await installChart(${JSON.stringify(chart)}, { releaseName: "mine" });
  await simulate({ namespace: "team" }, [{ deployment: "web", neverReady: true }, { job: "web", exitCode: 1 }]);
  await simulateStages({ namespace: "team" }, ${JSON.stringify(stage)});
  mark("mark");
  await new Promise(() => setInterval(() => {}, 1000));
});
`;
    const passes = 'import { it } from "vitest";\nit("passes", () => {});\n';
    const project = await makeProject({ "waits.spec.ts": spec, "passes.spec.ts": passes });
    Object.assign(project.env, { SEATRIAL_STATE_DIR: state.path, SEATRIAL_REUSE: "1" });
    await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
    const run = startVitest(project, ["run", "waits"]);
    const { plane: data } = await waitForMark(project);
    process.kill(-(run.pid ?? 0), "SIGKILL");
    await run;
    const plane = attachControlPlane(data);
    const simulated = async () => {
      const { rules } = await plane.engine.ask<{ rules: unknown[] }>("simulation");
      return [rules.length, (await listStages(plane, { namespace: "team" })).length];
    };
    expect(await simulated()).toEqual([2, 1]);

    const next = startVitest(project, ["run", "passes"]);
    const { exitCode, all } = await next;
    expect(all).toMatch(
      /^Removed what a killed run had left: namespace \S+ with release mine \(deployed\), 2 simulation rules in namespace team, Stage touch in namespace team$/m,
    );
    expect(exitCode).toBe(0);
    expect([await recorded(), await simulated()]).toEqual([[], [0, 0]]);
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: "team" })).toBeDefined();
    await plane.stop();
  });
});
