import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const nulls = {
  "values.yaml": "config: { a: 1, b: null }\n",
  "templates/web.yaml": configMap("web", { value: "{{ .Values.config | toJson | quote }}" }),
};

describe("seatrial check --helm", () => {
  it("compares Helm 3 with Helm 4, and exits with 1 for an object that differs", async () => {
    const chart = await writeChart(nulls);
    const report = join(chart, "../report.xml");
    const { exitCode, stdout } = await runCli(["check", chart, "--helm", "3,4", "--junit", report]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {2}error {2}both-helms {2}ConfigMap web\n {4}field {4}data\.value\n/m);
    expect(stdout).toContain('Helm 3 renders "{\\"a\\":1,\\"b\\":null}", Helm 4 "{\\"a\\":1}"');
    expect(stdout).toMatch(/Helm v3\.\d+\.\d+ and v4\.\d+\.\d+/);
    expect(await readFile(report, "utf8")).toContain('name="default: both-helms"');
  });

  it("exits with 0 for a chart that is the same for both, and reports the steps of both", async () => {
    const chart = await writeChart({ ...nulls, "values.yaml": "config: { a: 1 }\n" });
    const { exitCode, stdout } = await runCli(["check", chart, "--helm", "3,4", "--json"]);
    const report = JSON.parse(stdout);
    const steps = report.trials[0].steps.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict]);
    expect(steps).toEqual(
      expect.arrayContaining([
        ["both-helms", "passed"],
        ["helm-upgrade", "passed"],
      ]),
    );
    expect({ exitCode, findings: report.trials[0].findings }).toEqual({ exitCode: 0, findings: [] });
  });

  it("checks with Helm 3 alone", async () => {
    const gate = `{{ if not (hasPrefix "v3" .Capabilities.HelmVersion.Version) }}{{ fail "not Helm 3" }}{{ end }}\n`;
    const chart = await writeChart({ "templates/web.yaml": gate + configMap("web") });
    const { exitCode, stdout } = await runCli(["check", chart, "--helm", "3", "--json"]);
    const report = JSON.parse(stdout);
    expect(report.controlPlane.helm).toMatch(/^v3\.\d+\.\d+$/);
    expect({ exitCode, verdict: report.verdict }).toEqual({ exitCode: 0, verdict: "passed" });
  });

  it.each([
    [["--helm", "5"], "It must be 3, 4 or 3,4"],
    [["--helm", "/usr/bin/helm"], "--helm-path names a program"],
    [["--helm", "3", "--helm-path", "/usr/bin/helm"], "--helm and --helm-path both choose a Helm"],
    [["--helm-path", "/nonexistent/helm"], "/nonexistent/helm is not a Helm that can be used"],
  ])("exits with 2 for %j", async (options, message) => {
    const { exitCode, stderr } = await runCli(["check", await writeChart(nulls), ...options]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  it("exits with 2 for a version of Helm that is known not to work, with the reason", async () => {
    const directory = await makeTempDir("seatrial-program-");
    onTestFinished(directory.remove);
    const path = join(directory.path, "helm");
    await writeFile(path, "#!/bin/sh\necho v4.2.1\n");
    await chmod(path, 0o755);
    const { exitCode, stderr } = await runCli(["check", await writeChart(nulls), "--helm-path", path]);
    expect(stderr).toContain("is Helm v4.2.1, which is refused: it waits for hooks and deleted objects");
    expect(exitCode).toBe(2);
  });
});
