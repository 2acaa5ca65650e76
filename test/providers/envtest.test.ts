import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  attachControlPlane,
  type ControlPlane,
  installChart,
  type SeatrialError,
  simulate,
  simulateNode,
  simulateWebhook,
} from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { checkInTrap } from "../helpers/providers/check-in-trap.ts";
import { describeContract } from "../helpers/providers/contract.ts";
import { fixtureChart } from "../helpers/providers/contract-chart.ts";
import { processesIn } from "../helpers/providers/processes.ts";
import { buildUpstreamBinaries } from "../helpers/providers/upstream-binaries.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";

describe("the provider envtest", () => {
  let binaries: TempDir;
  let plane: ControlPlane;
  beforeAll(async () => {
    binaries = await makeTempDir("seatrial-binaries-");
    await buildUpstreamBinaries(binaries.path);
    plane = await startControlPlane({ provider: { name: "envtest", assets: binaries.path } });
  });
  afterAll(async () => {
    await plane?.stop();
    await binaries.remove();
  });
  describeContract(() => plane);

  it("is etcd and kube-apiserver alone", () => {
    expect(plane.provider).toBe("envtest");
    expect(plane.capabilities).toMatchObject({ pods: "none", controllers: false, simulates: false, owned: true });
    expect(plane.versions).toMatchObject({ kubernetes: expect.stringMatching(/^v1\.\d+\.\d+$/), etcd: "" });
  });

  it("names itself where it cannot do what is asked for", async () => {
    await using release = await installChart(await fixtureChart(), { controlPlane: plane });
    const target = { namespace: release.namespace, controlPlane: plane };
    const calls = {
      simulate: () => simulate(target, { crashLoop: true }),
      simulateNode: () => simulateNode("node-1", { lost: true, controlPlane: plane }),
      simulateWebhook: () => simulateWebhook(target, { deny: "no" }),
    };
    for (const [call, use] of Object.entries(calls)) {
      const error = await rejectionOf<SeatrialError>(use());
      expect(error.code).toBe("SEATRIAL_UNSUPPORTED");
      expect(error.message).toMatch(new RegExp(`^${call}: the provider envtest `));
    }
  });

  it("is reached without any ambient configuration, and says in the report what it could not see", async () => {
    const { exitCode, report } = await checkInTrap(["--provider", "envtest"], { KUBEBUILDER_ASSETS: binaries.path });
    expect(exitCode).toBe(0);
    expect(report.controlPlane).toMatchObject({ provider: "envtest", pods: "none" });
    expect(report.notTested).toContain(
      "controllers and containers (not run; the provider envtest has neither, so no object becomes ready)",
    );
    expect(report.trials[0]?.steps.find(({ name }) => name === "test")?.reason).toBe("nothing runs Pods");
  });

  it("ends with all its processes and files", async () => {
    const other = await startControlPlane({ provider: { name: "envtest", assets: binaries.path } });
    const directory = dirname(other.kubeconfigPath);
    // Each of the two programs has a guard.
    expect(await processesIn(directory)).toHaveLength(4);
    await other.stop();
    expect(await processesIn(directory)).toEqual([]);
    await expect(readFile(other.kubeconfigPath)).rejects.toThrow("ENOENT");
  });

  it.each([
    { victim: "the API server", isGuard: false, how: "has ended with exit code 137" },
    { victim: "the guard of the API server", isGuard: true, how: "was ended by SIGKILL" },
  ])("reports in every process when $victim is killed, and ends everything else", async ({ isGuard, how }) => {
    const other = await startControlPlane({ provider: { name: "envtest", assets: binaries.path } });
    const attached = attachControlPlane(other.data);
    const directory = dirname(other.kubeconfigPath);
    const victim = (await processesIn(directory)).find(
      ({ command }) => command.includes("kube-apiserver") && command.includes(" guard ") === isGuard,
    );
    process.kill(victim?.pid ?? 0, "SIGKILL");
    await other.ended;
    for (const each of [other, attached]) {
      const error = await rejectionOf<SeatrialError>(each.helm.status({ namespace: "default", releaseName: "a" }));
      expect(error.code).toBe("SEATRIAL_ENGINE_EXITED");
      expect(error.message).toContain(`kube-apiserver of the provider envtest ${how}`);
    }
    await other.stop();
    expect(await processesIn(directory)).toEqual([]);
  });

  it("reports at once which program is missing", async () => {
    const start = startControlPlane({ provider: { name: "envtest", assets: "/does/not/exist" } });
    const error = await rejectionOf<SeatrialError>(start);
    expect(error.code).toBe("SEATRIAL_PROVIDER");
    expect(error.message).toBe(
      "The provider envtest lacks its programs\n" +
        "  /does/not/exist/etcd does not exist\n" +
        "  /does/not/exist/kube-apiserver does not exist\n" +
        "Hint: `setup-envtest use 1.35.x -p path` downloads them and prints their directory: set KUBEBUILDER_ASSETS to it",
    );
  });
});
