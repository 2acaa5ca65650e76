import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonReport, JsonTrial } from "../../../src/report/json.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

// Served since 1.36.
const binding = `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata:
  name: {{ .Release.Name }}-{{ .Release.Namespace }}
spec:
  policyName: given
`;
const chartYaml = (range: string) => `apiVersion: v2\nname: demo\nversion: 0.1.0\nkubeVersion: "${range}"\n`;
const verdictsOf = ({ trials }: JsonReport) =>
  trials.map(({ id, kubernetesVersion, verdict }) => [id, kubernetesVersion, verdict]);
const stepOf = ({ steps }: JsonTrial, name: string) => steps.find((step) => step.name === name);

describe("seatrial check --kube-versions", () => {
  it("fails a chart on the version that does not serve a kind, and installs it on the newest", async () => {
    const chart = await writeChart({
      "templates/config.yaml": configMap("web", { version: "{{ .Capabilities.KubeVersion.Version }}" }),
      "templates/binding.yaml": binding,
    });
    const junit = join(chart, "../report.xml");
    const args = ["check", chart, "--kube-versions", "1.36,1.35", "--junit", junit];
    const { exitCode, stdout } = await runCli(args);
    expect(stdout).toMatch(/^ {2}default@1\.35 +ok \d+ +ok \d+ +FAIL \d+ +not run/m);
    expect(stdout).toMatch(/^ {2}default@1\.36 +ok \d+ +ok \d+ +warn \d+ +ok \d+ +none +ok \d+/m);
    expect(stdout).toContain(
      'no matches for kind "MutatingAdmissionPolicyBinding" in version "admissionregistration.k8s.io/v1": ' +
        "not served in Kubernetes 1.35\n",
    );
    expect(stdout).toMatch(/^ {4}versions 1\.35$/m);
    expect(stdout).toContain("· Kubernetes 1.35, 1.36, Helm v");
    expect(stdout).toMatch(/^Not tested: the programs of Kubernetes 1\.35, 1\.36 \(v1\.37\.\d+ emulates /m);
    const xml = await readFile(junit, "utf8");
    expect(xml).toContain('name="default@1.35: dry-run"');
    expect(xml).toContain('<property name="kubernetes.version" value="1.35, 1.36"/>');
    expect(exitCode).toBe(1);
  });

  it("skips a chart on a version that its kubeVersion excludes, and installs it where --install-on says", async () => {
    const chart = await writeChart({
      "Chart.yaml": chartYaml(">=1.35-0"),
      "templates/web.yaml": configMap("web"),
    });
    const args = ["check", chart, "--kube-versions", "1.34,1.35,1.36", "--install-on", "1.35", "--json"];
    const { exitCode, stdout } = await runCli(args);
    const report: JsonReport = JSON.parse(stdout);
    expect(verdictsOf(report)).toEqual([
      ["demo/default@1.34", "1.34", "skipped"],
      ["demo/default@1.35", "1.35", "passed"],
      ["demo/default@1.36", "1.36", "passed"],
    ]);
    const [excluded, installed, tried] = report.trials as [JsonTrial, JsonTrial, JsonTrial];
    expect(excluded).toMatchObject({ isAbsent: true });
    expect(stepOf(excluded, "lint")?.reason).toBe('its kubeVersion ">=1.35-0" excludes Kubernetes 1.34');
    expect(stepOf(installed, "install")?.verdict).toBe("passed");
    expect(stepOf(tried, "install")).toMatchObject({
      verdict: "skipped",
      isAbsent: true,
      reason: "installed on Kubernetes 1.35 only; --install-on names the versions",
    });
    expect(report.controlPlanes?.map(({ kubernetes, installs }) => [kubernetes, installs])).toEqual([
      ["v1.34.0", false],
      ["v1.35.0", true],
      ["v1.36.0", false],
    ]);
    expect(report.controlPlane).toMatchObject({ kubernetes: "v1.35.0", emulatedBy: expect.stringMatching(/^v1\.37/) });
    expect(exitCode).toBe(0);
  });

  it("does not pass when every chart is left out", async () => {
    const chart = await writeChart({ "Chart.yaml": chartYaml(">=1.36-0"), "templates/web.yaml": configMap("web") });
    const { exitCode, stdout } = await runCli(["check", chart, "--kube-version", "v1.35"]);
    expect(stdout).toContain('skipped demo/default  its kubeVersion ">=1.36-0" excludes Kubernetes 1.35');
    expect(exitCode).toBe(3);
  });

  it("exits with 2 and names the versions when one of them cannot be had", async () => {
    const chart = await writeChart({ "templates/web.yaml": configMap("web") });
    const { exitCode, stderr } = await runCli(["check", chart, "--kube-versions", "1.33,1.37"]);
    expect(stderr).toContain("Kubernetes 1.33 cannot be emulated; this engine has 1.34, 1.35, 1.36, 1.37\nHint: ");
    expect(exitCode).toBe(2);
  });

  it.each([
    [["--kube-version", "1.35", "--kube-versions", "1.36"], "both choose the version"],
    [["--install-on", "1.35"], "--install-on requires --kube-versions, or kubeVersions in a seatrial.yaml"],
    [["--kube-versions", "1.36,1.37", "--install-on", "1.35"], "--install-on 1.35 is not one of"],
    [["--kube-version", "1.35.2"], "--kube-version must be a minor version such as 1.35"],
    [["--kube-version", "latest"], "--kube-version must be a text"],
    [["--kube-versions", "1.35,"], "It must be a list of names"],
    [["--kube-version", "1.35", "--provider", "envtest"], "cannot be used with --provider envtest"],
    [["--kube-version", "1.35", "--real-node"], "cannot be used with --real-node"],
  ])("exits with 2 for %j", async (options, message) => {
    const chart = await writeChart({ "templates/web.yaml": configMap("web") });
    const { exitCode, stderr } = await runCli(["check", chart, ...options]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe("seatrial check --api-versions", () => {
  const monitor = `{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec: {{ required "monitoring.selector is missing" .Values.selector | toJson }}
{{ end }}`;
  const files = { "templates/web.yaml": configMap("web"), "templates/monitor.yaml": monitor };
  const added = ["--api-versions", "monitoring.coreos.com/v1,example.com/v1", "--json"];

  it("renders what a cluster with more kinds would, and notes what was not sent to the API server", async () => {
    const chart = await writeChart({ ...files, "values.yaml": "selector: {}\n" });
    const { exitCode, stdout } = await runCli(["check", chart, ...added]);
    const report: JsonReport = JSON.parse(stdout);
    expect(report.trials[0]?.notes).toEqual([
      "ServiceMonitor of monitoring.coreos.com/v1, which only --api-versions lets the chart render, was not sent to the API " +
        "server: add its definition with --crds",
    ]);
    expect({ exitCode, verdict: report.verdict }).toEqual({ exitCode: 0, verdict: "passed" });
  });

  it("finds a template that fails only there", async () => {
    const chart = await writeChart({ ...files, "values.yaml": "", "ci/a-values.yaml": "a: 1\n" });
    const { exitCode, stdout } = await runCli(["check", chart, "--filter", "a-values", ...added]);
    const report: JsonReport = JSON.parse(stdout);
    expect(report.trials[0]?.findings[0]).toMatchObject({ step: "template", template: "demo/templates/monitor.yaml" });
    expect(report.trials[0]?.findings[0]?.message).toContain("monitoring.selector is missing");
    expect(exitCode).toBe(1);
  });
});
