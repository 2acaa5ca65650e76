import { type ControlPlane, dryRunChart, installChart, templateChart } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { startForDryRuns } from "../../src/boot/start-for-dry-runs.ts";
import type { JsonReport } from "../../src/report/json.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { olderVersion } from "../helpers/engine/older-version.ts";
import { describeContract } from "../helpers/providers/contract.ts";
import { runCli } from "../helpers/run-cli.ts";

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: "example.com/web:1", volumeMounts: [{ name: data, mountPath: /data }] }]
  volumes: [{ name: data, emptyDir: { medium: Memory, mode: 493 } }]
`;

describe(`an engine of Kubernetes ${olderVersion}`, () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ kubernetesVersion: olderVersion });
  });
  afterAll(() => plane.stop());
  describeContract(() => plane);

  it("is that version, which charts see with its patch", async () => {
    expect(plane.versions).toMatchObject({ kubernetes: `v${olderVersion}` });
    expect(plane.versions.emulatedBy).toBeUndefined();
    const chart = await writeChart({
      "Chart.yaml": `apiVersion: v2\nname: demo\nversion: 0.1.0\nkubeVersion: "~${olderVersion}"\n`,
      "templates/web.yaml": configMap("web", {
        version: "{{ .Capabilities.KubeVersion.Version }}",
        policies: `{{ .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy" | quote }}`,
      }),
    });
    const seen = { version: `v${olderVersion}`, policies: "false" };
    expect((await templateChart(chart, { controlPlane: plane })).get("ConfigMap", "web").data).toEqual(seen);
    await using release = await installChart(chart, { controlPlane: plane });
    expect((await release.get("ConfigMap", "web")).data).toEqual(seen);
  });

  it("does not know a field that came later", async () => {
    const chart = await writeChart({ "templates/pod.yaml": pod });
    expect(await dryRunChart(chart, { controlPlane: plane })).toBeRejected({
      kind: "Pod",
      field: "spec.volumes[0].emptyDir.mode",
      message: "field not declared in schema",
    });
  });

  it("simulates Pods of a chart with hooks, and removes them", async () => {
    await using release = await installChart("charts/platform", { controlPlane: plane, wait: true });
    const pods = await release.all("Pod");
    expect(pods.length).toBeGreaterThan(0);
    for (const each of pods) expect(each.status?.phase).toBe("Running");
  });

  it("has a control plane for dry runs only", async () => {
    await using other = await startForDryRuns({ kubernetesVersion: olderVersion });
    expect(other.versions.kubernetes).toBe(`v${olderVersion}`);
    expect(await dryRunChart("charts/web", { controlPlane: other })).toMatchObject({ accepted: true, findings: [] });
  });
});

it(`check tries charts with an engine of ${olderVersion} next to an emulated version`, async () => {
  const chart = await writeChart({
    "Chart.yaml": `apiVersion: v2\nname: demo\nversion: 0.1.0\nkubeVersion: ">=${olderVersion}"\n`,
    "templates/web.yaml": configMap("web", { version: "{{ .Capabilities.KubeVersion.Version }}" }),
  });
  const { exitCode, stdout } = await runCli(["check", chart, "--kube-versions", `1.35,${olderVersion}`, "--json"]);
  const report: JsonReport = JSON.parse(stdout);
  expect(report.trials.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["demo/default@1.35", "skipped"],
    [`demo/default@${olderVersion}`, "passed"],
  ]);
  expect(report.controlPlanes).toMatchObject([
    { kubernetes: "v1.35.0", installs: false },
    { kubernetes: `v${olderVersion}`, installs: true },
  ]);
  expect(exitCode).toBe(0);
});
