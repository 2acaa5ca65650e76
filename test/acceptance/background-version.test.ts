import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { runCli } from "../helpers/run-cli.ts";

let state: TempDir;
const seatrial = (...args: string[]) => runCli(args, { env: { SEATRIAL_STATE_DIR: state.path, SEATRIAL_REUSE: "1" } });

beforeEach(async () => {
  state = await makeTempDir("st-up-");
});
afterEach(async () => {
  await seatrial("down");
  await state.remove();
});

describe("seatrial up --kube-version", () => {
  it("emulates the version, and is used only where that version is asked for", async () => {
    expect(await seatrial("up", "--kube-version", "1.36")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^The control plane is up after .*: Kubernetes v1\.36\.0, /m),
    });
    const { stdout } = await seatrial("status");
    expect(stdout).toMatch(/Kubernetes {2}v1\.36\.0 \(emulated by v1\.37\.\d+\), Helm /);
    expect((await seatrial("up", "--kube-version", "v1.36")).exitCode).toBe(0);
    expect(await seatrial("up", "--kube-version", "1.35")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("of Kubernetes v1.36.0 is up already; asked for was 1.35\nHint: "),
    });

    const version = { version: "{{ .Capabilities.KubeVersion.Version }}" };
    const chart = await writeChart({ "templates/web.yaml": configMap("web", version) });
    expect(await seatrial("check", chart, "--kube-version", "1.36", "--skip", "reinstall")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Kubernetes v1.36.0"),
    });
    const helm = await seatrial("helm", "install", "web", chart);
    expect(helm.stdout).toContain("STATUS: deployed");
    const data = await seatrial("kubectl", "get", "configmap", "web", "--output=jsonpath={.data.version}");
    expect(data.stdout).toBe("v1.36.0");
    expect(await seatrial("check", chart, "--kube-version", "1.35")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Kubernetes 1.35 was asked for, and the control plane of `seatrial up`"),
    });
  });

  it.each([
    [["--kube-version", "1.35.1"], "--kube-version must be a minor version"],
    [["--kube-version", "1.35", "--no-wait", "--provider", "envtest"], "only the provider engine does"],
    [["--kube-version", "1.33"], "this engine has 1.34, 1.35, 1.36, 1.37"],
  ])("exits with 2 for %j", async (options, message) => {
    const { exitCode, stderr } = await seatrial("up", ...options);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
