import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type DryRunResult, dryRunChart, installChart, lintChart, startControlPlane, templateChart } from "seatrial";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startForDryRuns } from "../../../src/boot/start-for-dry-runs.ts";
import { findEngine } from "../../../src/engine/binary/find-engine.ts";
import type { ControlPlane } from "../../../src/plane/control-plane.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const POLICY = "admissionregistration.k8s.io/v1";
const capabilities = {
  "templates/web.yaml": configMap("web", {
    version: "{{ .Capabilities.KubeVersion.Version | quote }}",
    minor: "{{ .Capabilities.KubeVersion.Minor | quote }}",
    policies: `{{ .Capabilities.APIVersions.Has "${POLICY}/MutatingAdmissionPolicy" | quote }}`,
    removed: '{{ .Capabilities.APIVersions.Has "policy/v1beta1" | quote }}',
    apps: '{{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}',
  }),
};
const seen = { version: "v1.35.0", minor: "35", policies: "false", removed: "false", apps: "true" };
// Served since 1.36.
const policy = `apiVersion: ${POLICY}
kind: MutatingAdmissionPolicyBinding
metadata:
  name: web
spec:
  policyName: web
`;
// `mode` is known since 1.37.
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "web:1", volumeMounts: [{ name: data, mountPath: /data }] }]
      volumes: [{ name: data, emptyDir: { medium: Memory, mode: 493 } }]
`;

describe("kubernetesVersion", () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ kubernetesVersion: "v1.35" });
  });
  afterAll(() => plane.stop());

  it("is emulated by the API server, which reports both versions as upstream does", async () => {
    expect(plane.versions).toMatchObject({ kubernetes: "v1.35.0", emulatedBy: expect.stringMatching(/^v1\.37\.\d+$/) });
    const version = JSON.parse(await run(plane, "kubectl", "get", "--raw", "/version"));
    expect(version).toMatchObject({
      major: "1",
      minor: "37",
      gitVersion: plane.versions.emulatedBy,
      emulationMajor: "1",
      emulationMinor: "35",
      minCompatibilityMajor: "1",
      minCompatibilityMinor: "34",
    });
    const [node] = await plane.kube.list("v1", "Node");
    expect(node?.status).toMatchObject({ nodeInfo: { kubeletVersion: "v1.35.0" } });
  });

  it.each([3, 4] as const)(
    "is the version that charts see when Helm %i renders, lints or installs them",
    async (helm) => {
      const chart = await writeChart(capabilities);
      const options = { controlPlane: plane, helm };
      for (const dryRun of ["client", "server"] as const) {
        const rendered = await templateChart(chart, { ...options, dryRun });
        expect(rendered.get("ConfigMap", "web").data, dryRun).toEqual(seen);
      }
      const other = await templateChart(chart, { ...options, kubeVersion: "1.30", apiVersions: ["policy/v1beta1"] });
      expect(other.get("ConfigMap", "web").data).toEqual({ ...seen, version: "v1.30", minor: "30", removed: "true" });
      await using release = await installChart(chart, options);
      expect((await release.get("ConfigMap", "web")).data).toEqual(seen);
      const strict = await writeChart({
        "templates/web.yaml": `{{ if .Capabilities.APIVersions.Has "policy/v1beta1" }}{{ fail "old" }}{{ end }}\n`,
      });
      expect(await lintChart(strict, options)).toMatchObject({ passed: true });
    },
  );

  it("is the version that a program of the user's Helm sees", async () => {
    const { path: directory, remove } = await makeTempDir("seatrial-program-");
    onTestFinished(remove);
    const { location } = await findEngine();
    const path = join(directory, "helm");
    await symlink(location?.path ?? "", path);
    const chart = await writeChart(capabilities);
    const options = { controlPlane: plane, helm: { path } };
    await using release = await installChart(chart, options);
    expect((await release.get("ConfigMap", "web")).data).toEqual(seen);
    expect((await templateChart(chart, options)).get("ConfigMap", "web").data).toMatchObject({ version: "v1.35.0" });
  });

  it("decides which kinds are served, and a finding names the kind, its API version and the version", async () => {
    const chart = await writeChart({ "templates/policy.yaml": policy });
    expect(await dryRunChart(chart, { controlPlane: plane })).toBeRejected({
      kind: "MutatingAdmissionPolicyBinding",
      reason: "NotFound",
      message: `no matches for kind "MutatingAdmissionPolicyBinding" in version "${POLICY}": not served in Kubernetes 1.35`,
    });
    await expect(dryRunChart(chart)).resolves.toMatchObject({ accepted: true });
  });

  it("refuses a field that came later, as an API server of that version does for Helm 4", async () => {
    const chart = await writeChart({ "templates/web.yaml": deployment });
    const options = { controlPlane: plane };
    expect(await dryRunChart(chart, options)).toBeRejected({
      kind: "Deployment",
      field: "spec.template.spec.volumes[0].emptyDir.mode",
      message: "field not declared in schema",
    });
    expect(await dryRunChart(chart)).toMatchObject({ accepted: true });
    const installed = await rejectionOf(installChart(chart, options));
    expect(installed.message).toContain('spec.template.spec.volumes[name="data"].emptyDir.mode: field not declared');
  });

  it("warns of a field that came later, as an API server of that version does for Helm 3", async () => {
    const chart = await writeChart({ "templates/web.yaml": deployment });
    const options = { controlPlane: plane, helm: 3 } as const;
    expect(await dryRunChart(chart, options)).toMatchObject({
      accepted: true,
      warnings: [{ message: 'unknown field "spec.template.spec.volumes[0].emptyDir.mode"' }],
    });
    await using release = await installChart(chart, options);
    expect(JSON.stringify(await release.get("Deployment", "web"))).not.toContain('"mode"');
  });

  it("leaves later fields out of what kubectl explains and stores, with a warning", async () => {
    const explained = run(plane, "kubectl", "explain", "pod.spec.volumes.emptyDir.mode");
    await expect(explained).rejects.toThrow('field "mode" does not exist');
    const { path: directory, remove } = await makeTempDir("seatrial-fields-");
    onTestFinished(remove);
    const file = join(directory, "web.yaml");
    await writeFile(file, deployment);
    await expect(run(plane, "kubectl", "create", "--filename", file)).rejects.toThrow(
      'unknown field "spec.template.spec.volumes[0].emptyDir.mode"',
    );
    await run(plane, "kubectl", "create", "--validate=warn", "--filename", file);
    const stored = await plane.kube.get({
      apiVersion: "apps/v1",
      kind: "Deployment",
      name: "web",
      namespace: "default",
    });
    expect(stored).toMatchObject({
      spec: { template: { spec: { volumes: [{ name: "data", emptyDir: { medium: "Memory" } }] } } },
    });
    expect(JSON.stringify(stored)).not.toContain('"mode"');
  });

  it("names the newest API version in which a kind is served", async () => {
    const scaler = "apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\n";
    const result = await dryRunChart(await writeChart({ "templates/a.yaml": scaler }), { controlPlane: plane });
    expect(result.findings).toMatchObject([{ hint: "HorizontalPodAutoscaler is served in autoscaling/v2" }]);
  });

  it("installs a chart with Pods", async () => {
    await using release = await installChart("charts/web", { controlPlane: plane, wait: true });
    expect((await release.all("Pod")).length).toBeGreaterThan(0);
  });

  it("has a control plane for dry runs only, which answers them alike and has no Pods", async () => {
    await using other = await startForDryRuns({ kubernetesVersion: "1.34" });
    expect(other.versions.kubernetes).toBe("v1.34.0");
    expect(other.capabilities).toMatchObject({ pods: "none", simulates: false });
    const chart = await writeChart({ ...capabilities, "templates/pod.yaml": pod });
    expect(await dryRunChart(chart, { controlPlane: other })).toMatchObject({ accepted: true, findings: [] });
    const gated = await writeChart({ "templates/pod.yaml": `${pod}  hostnameOverride: web.example.com\n` });
    expect((await dryRunChart(gated, { controlPlane: other })).warnings).toMatchObject([
      { reason: "FieldDropped", field: "spec.hostnameOverride", message: expect.stringContaining("Kubernetes 1.34") },
    ]);
    expect((await dryRunChart(gated, { controlPlane: plane })).warnings).toEqual([]);
    const without = await dryRunChart("charts/web", { controlPlane: other });
    const whole = await dryRunChart("charts/web", { controlPlane: plane });
    const accepted = ({ objects, findings, warnings }: DryRunResult) => ({
      objects: objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      findings,
      warnings,
    });
    expect(without.objects.length).toBeGreaterThan(3);
    expect(accepted(without)).toEqual(accepted(whole));
  });
});

// Its admission needs the namespace's ServiceAccount.
const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - { name: web, image: example.com/web:1 }
`;

describe("a kubernetesVersion that cannot be had", () => {
  it.each([
    ["1.33", "Kubernetes 1.33 cannot be emulated; this engine has 1.34, 1.35, 1.36, 1.37"],
    ["1.38", "Kubernetes 1.38 cannot be emulated; this engine has 1.34, 1.35, 1.36, 1.37"],
    ["1.35.2", "must be a minor version such as 1.35, got"],
    ["latest", 'must be a text such as "1.35", got'],
    ["", 'must be a text such as "1.35", got'],
    [1.35, 'must be a text such as "1.35", got 1.35'],
  ])("is an error, and never another version: %j", async (version, message) => {
    const error = await rejectionOf(startControlPlane({ kubernetesVersion: version as string }));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE", hint: expect.any(String) });
    expect(error.message).toContain(message);
  });

  it("is an error with a provider or a real node", async () => {
    const options = { kubernetesVersion: "1.35" };
    await expect(startControlPlane({ ...options, provider: "envtest" })).rejects.toThrow("with the provider envtest");
    await expect(startControlPlane({ ...options, realNode: true })).rejects.toThrow('cannot be used with "realNode"');
  });
});

async function run(plane: ControlPlane, tool: string, ...args: string[]): Promise<string> {
  const { location } = await findEngine();
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, KUBECONFIG: plane.kubeconfigPath };
  return (await execa(location?.path ?? "", [tool, ...args], { env, extendEnv: false, timeout: 30_000 })).stdout;
}
