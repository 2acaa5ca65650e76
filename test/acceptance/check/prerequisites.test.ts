import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const chartYaml = (name: string, more: string) => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`;
const required = configMap("a", { host: '{{ required "smtp.host must be set" .Values.smtp.host }}' });

async function checkJson(...args: string[]) {
  const { exitCode, stdout } = await runCli(["check", ...args, "--json"]);
  const report = JSON.parse(stdout);
  const [trial] = report.trials;
  const error = trial?.steps.find((step: { error?: object }) => step.error !== undefined)?.error;
  return { exitCode, report, trial, error };
}

describe("seatrial check of a chart that needs what the run does not have", () => {
  it.each(["<1.34.0-0", "1.20.x"])("names the kubeVersion %s that excludes the control plane", async (kubeVersion) => {
    const yaml = chartYaml("old", `kubeVersion: "${kubeVersion}"\n`);
    const { exitCode, error } = await checkJson(
      await writeChart({ "Chart.yaml": yaml, "templates/a.yaml": configMap("a") }, "old"),
    );
    const [kubernetes] = /v\d+\.\d+\.\d+/.exec(error.message) ?? [];
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_CHECKED" });
    expect(error.message.split("\n")[0]).toBe(
      `The chart's kubeVersion "${kubeVersion}" excludes Kubernetes ${kubernetes}, the version of this control plane`,
    );
    expect(error.message).toContain("Hint: widen kubeVersion in Chart.yaml");
    expect(exitCode).toBe(3);
  });

  it("names the value that a template requires, and checks the chart with it", async () => {
    const files = {
      "templates/a.yaml": required,
      "values.yaml": 'smtp: { host: "" }\n',
      "good.yaml": "smtp: { host: a }\n",
    };
    const chart = await writeChart(files, "mailer");
    const { exitCode, error } = await checkJson(chart);
    expect(error.message.split("\n")).toEqual([
      "The chart refuses what it is tried with: smtp.host must be set (mailer/templates/a.yaml:6)",
      `Hint: add \`--set smtp.host=VALUE\` or \`--values FILE\`, or write the values to ${chart}/ci/NAME-values.yaml`,
    ]);
    expect(exitCode).toBe(3);
    expect(await runCli(["check", chart, "--set", "smtp.host=a"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await runCli(["check", chart, "--values", join(chart, "good.yaml")])).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
  });

  it("names the values that a schema requires, and does not excuse wrong ones", async () => {
    const port = { type: "integer" };
    const schema = {
      required: ["smtp"],
      properties: { smtp: { required: ["host"], properties: { host: { minLength: 1 }, port } } },
    };
    const files = {
      "templates/a.yaml": configMap("a"),
      "values.schema.json": JSON.stringify(schema),
      "values.yaml": "smtp: {}\n",
    };
    const chart = await writeChart(files, "mailer");
    const missing = await checkJson(chart);
    expect(missing).toMatchObject({ exitCode: 3, error: { code: "SEATRIAL_NOT_CHECKED" } });
    expect(missing.error.message).toContain("add `--set smtp.host=VALUE`");
    const empty = await checkJson(chart, "--set", "smtp.host=");
    expect(empty).toMatchObject({ exitCode: 3, error: { message: expect.stringContaining("minLength") } });
    expect(await checkJson(chart, "--set", "smtp.host=a,smtp.port=b")).toMatchObject({
      exitCode: 1,
      trial: { verdict: "failed" },
    });
    expect((await checkJson(chart, "--set", "smtp.host=a,smtp.port=1")).exitCode).toBe(0);
  });

  it("leaves out default values that do not render when the chart has values files in ci/", async () => {
    const files = {
      "templates/a.yaml": required,
      "values.yaml": "smtp: {}\n",
      "ci/test-values.yaml": "smtp: { host: a }\n",
      "ci/values-prod.yaml": "smtp: { host: b }\n",
    };
    const chart = await writeChart(files, "mailer");
    const { exitCode, report } = await checkJson(chart);
    expect(report).toMatchObject({ verdict: "passed", counts: { passed: 1, skipped: 1 } });
    expect(report.trials[0]).toMatchObject({ id: "mailer/default", verdict: "skipped", findings: [] });
    expect(report.notTested).toContainEqual(expect.stringContaining("smtp.host must be set"));
    expect(report.notTested).toContainEqual(expect.stringContaining("ci/values-prod.yaml of mailer"));
    expect(exitCode).toBe(0);
    expect((await checkJson(chart, "--filter", "mailer/default")).exitCode).toBe(3);
    await writeFile(join(chart, "ci", "bad-values.yaml"), "smtp: { host: null }\n");
    expect(await checkJson(chart)).toMatchObject({
      exitCode: 1,
      report: { counts: { passed: 1, failed: 1, skipped: 1 } },
    });
  });

  it("still fails a template that is wrong with the default values", async () => {
    const chart = await writeChart({ "templates/a.yaml": "a: {{ .Values.a.b }}\n" }, "broken");
    expect(await checkJson(chart)).toMatchObject({ exitCode: 1, trial: { verdict: "failed" } });
  });

  it("names the namespace or the release name that a chart insists on", async () => {
    const guard = (field: string, text: string) =>
      `{{ if ne .Release.${field} "warden-x" }}{{ fail "${text}" }}{{ end }}`;
    const files = {
      "templates/a.yaml": `${guard("Namespace", "install this chart into the namespace warden-x")}${configMap("a")}`,
    };
    const chart = await writeChart(files, "warden");
    const { exitCode, error } = await checkJson(chart);
    expect({ exitCode, hint: error.message.split("\n")[1] }).toEqual({
      exitCode: 3,
      hint: `Hint: add \`--namespace warden-x\`, or \`namespace: warden-x\` in ${chart}/ci/seatrial.yaml`,
    });
    expect((await checkJson(chart, "--namespace", "elsewhere")).exitCode).toBe(3);
    expect((await checkJson(chart, "--namespace", "warden-x")).trial).toMatchObject({
      namespace: "warden-x",
      verdict: "passed",
    });
    const named = await writeChart({ "templates/a.yaml": guard("Name", "the release name must be warden-x") }, "named");
    expect((await checkJson(named)).error.message).toContain("Hint: add `--release-name NAME`");
    expect((await checkJson(named, "--release-name", "warden-x")).exitCode).not.toBe(3);
  });

  it("names the namespace that does not exist, and fails for what else is wrong", async () => {
    const elsewhere = configMap("a", {}, "  namespace: traces\n");
    const chart = await writeChart({ "templates/a.yaml": elsewhere }, "elsewhere");
    const { exitCode, error } = await checkJson(chart);
    expect(error.message.split("\n")).toEqual([
      "The chart needs Namespace traces, which does not exist",
      "  ConfigMap traces/a",
      `Hint: add \`--namespace traces\` to install the chart there, or \`--given FILE\` with the Namespace; or \`namespace: traces\` in ${chart}/ci/seatrial.yaml`,
    ]);
    expect(exitCode).toBe(3);
    expect((await checkJson(chart, "--namespace", "traces")).exitCode).toBe(0);
    const wrong = await writeChart({ "templates/a.yaml": elsewhere, "templates/b.yaml": configMap("B") }, "wrong");
    const { trial } = await checkJson(wrong);
    const severities = trial.findings.flatMap((finding: { step: string; severity: string }) =>
      finding.step === "dry-run" ? finding.severity : [],
    );
    expect(severities.sort()).toEqual(["error", "warning"]);
    expect(trial.verdict).toBe("failed");
  });

  it("uses a namespace that exists, and leaves in it what was there", async () => {
    const chart = await writeChart(
      {
        "templates/a.yaml": configMap("a", {}, "  annotations: { helm.sh/resource-policy: keep }\n"),
        "ci/b-values.yaml": "{}",
      },
      "system",
    );
    const { exitCode, report } = await checkJson(chart, "--namespace", "kube-system");
    expect(report.counts).toMatchObject({ passed: 2, errors: 0, warnings: 0 });
    expect(report.trials[1].kept).toMatchObject([{ object: { kind: "ConfigMap", name: "a" } }]);
    expect(exitCode).toBe(0);
  });

  it("builds file dependencies, and theirs, without a change of the user's files", async () => {
    const app = await writeChart(
      {
        "Chart.yaml": chartYaml(
          "app",
          'dependencies: [{ name: common, version: ">=0.0.0-0", repository: "file://../common" }]\n',
        ),
        "templates/a.yaml": '{{ include "common.map" . }}\n',
      },
      "app",
    );
    const beside = async (name: string, files: Record<string, string>) => {
      for (const [file, text] of Object.entries(files)) {
        const path = join(dirname(app), name, file);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
    };
    const base = `{{ define "base.map" }}${configMap("{{ .Release.Name }}")}{{ end }}`;
    await beside("base", { "Chart.yaml": chartYaml("base", "type: library\n"), "templates/_a.tpl": base });
    const deps = 'type: library\ndependencies: [{ name: base, version: 0.1.0, repository: "file://../base" }]\n';
    const common = '{{ define "common.map" }}{{ include "base.map" . }}{{ end }}';
    await beside("common", { "Chart.yaml": chartYaml("common", deps), "templates/_a.tpl": common });
    expect(await checkJson(app)).toMatchObject({ exitCode: 0, trial: { findings: [], chart: { path: app } } });
    for (const name of ["app", "common"]) expect(existsSync(join(dirname(app), name, "charts"))).toBe(false);
    await beside("base", { "Chart.yaml": chartYaml("base", "type: library\n").replace("0.1.0", "0.2.0") });
    expect((await checkJson(app)).exitCode).toBe(1);
  });

  it("says which dependency has to be downloaded, and fails one that the chart should contain", async () => {
    const dependency = (repository: string) =>
      chartYaml("app", `dependencies: [{ name: cache, version: 1.x.x, repository: "${repository}" }]\n`);
    const remote = await writeChart(
      { "Chart.yaml": dependency("https://charts.example.com"), "templates/a.yaml": configMap("a") },
      "app",
    );
    const { exitCode, error } = await checkJson(remote);
    expect(error.message.split("\n")).toEqual([
      `${remote} lacks 1 dependency`,
      "  cache 1.x.x from https://charts.example.com is missing in charts/",
      `Hint: run \`helm dependency build ${remote}\` first`,
    ]);
    expect(exitCode).toBe(3);
    for (const repository of ["", "file://../nowhere"]) {
      const chart = await writeChart(
        { "Chart.yaml": dependency(repository), "templates/a.yaml": configMap("a") },
        "app",
      );
      expect((await checkJson(chart)).exitCode).toBe(1);
    }
  });

  it("renders with the kinds of --crds, as the installation does", async () => {
    const has =
      '{{ if not (.Capabilities.APIVersions.Has "example.com/v1/Anchor") }}{{ fail "install the operator" }}{{ end }}\n';
    const chart = await writeChart({
      "templates/a.yaml": `${has}${custom("Anchor", "a")}`,
      "more/a.yaml": definition("Anchor"),
    });
    expect((await checkJson(chart)).exitCode).toBe(3);
    expect((await checkJson(chart, "--crds", join(chart, "more"))).exitCode).toBe(0);
  });

  it("installs a chart without its crds/ with --skip-crds, and names the kinds that are missing then", async () => {
    const files = {
      "crds/widgets.yaml": definition("Widget"),
      "templates/a.yaml": custom("Widget", "a"),
    };
    const chart = await writeChart(files, "operator");
    const asAdmin = ["--as", "namespace-admin", "--skip-crds"];
    const missing = await checkJson(chart, "--skip-crds");
    expect(missing).toMatchObject({ exitCode: 3, error: { code: "SEATRIAL_NOT_CHECKED" } });
    expect(missing.error.message).toContain("the kind Widget of example.com/v1");
    expect(missing.error.message).toContain("--crds");
    const given = await checkJson(chart, ...asAdmin, "--crds", join(chart, "crds"));
    expect(given.trial.findings).toEqual([
      expect.objectContaining({ reason: "MissingRight", object: expect.objectContaining({ kind: "Widget" }) }),
    ]);
    expect((await checkJson(chart, "--skip-crds", "--crds", join(chart, "crds"))).exitCode).toBe(0);
  });
});
