import { editObjectAs, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { clientSideFields } from "../../../src/trial/helms/client-side-fields.ts";
import type { StepName, TrialResult } from "../../../src/trial/trial-result.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const both = { helm: "both" } as const;
const verdictOf = ({ steps }: TrialResult, name: StepName) => steps.find((step) => step.name === name)?.verdict;
const ownFindings = (result: TrialResult) =>
  findingsIn(result).filter(({ step }) => step === "both-helms" || step === "helm-upgrade");

const named = (text: string) => ({ "templates/web.yaml": text });
const inConfig = (expression: string) => named(configMap("web", { value: expression }));

// Charts that Helm 3 and Helm 4 treat differently, and what is found; each has a twin that is the same for both.
const differing = [
  {
    what: "a null in the chart's own values",
    files: { ...inConfig("{{ .Values.config | toJson | quote }}"), "values.yaml": "config: { a: 1, b: null }\n" },
    twin: { "values.yaml": "config: { a: 1 }\n" },
    finding: { severity: "error", field: "data.value", object: { kind: "ConfigMap", name: "web" } },
    note: 'data.value: Helm 3 renders "{\\"a\\":1,\\"b\\":null}", Helm 4 "{\\"a\\":1}"',
  },
  {
    what: "a null that is rendered as a field",
    files: {
      ...named(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata:\n{{ toYaml .Values.data | indent 2 }}\n",
      ),
      "values.yaml": 'data: { a: "1", b: null }\n',
    },
    twin: { "values.yaml": 'data: { a: "1" }\n' },
    finding: { severity: "warning", field: "data.b", hint: expect.stringContaining("null") },
    note: "data.b: Helm 3 renders null, Helm 4 (none)",
  },
  {
    what: "several YAML documents in the chart's own values",
    files: { ...inConfig("{{ .Values.value | quote }}"), "values.yaml": "value: one\n---\nvalue: two\n" },
    twin: { "values.yaml": "value: two\n" },
    finding: { severity: "error", field: "data.value" },
    note: 'data.value: Helm 3 renders "one", Helm 4 "two"',
  },
  {
    what: "the version of Helm",
    files: inConfig("{{ .Capabilities.HelmVersion.Version | trunc 2 | quote }}"),
    twin: inConfig('"v"'),
    finding: { severity: "error", field: "data.value" },
    note: 'data.value: Helm 3 renders "v3", Helm 4 "v4"',
  },
  {
    what: "an object that depends on the version of Helm",
    files: named(
      `{{ if semverCompare ">=4" .Capabilities.HelmVersion.Version }}\n${configMap("four")}{{ end }}\n---\n${configMap("web")}`,
    ),
    twin: named(configMap("web")),
    finding: {
      severity: "error",
      message: "only Helm 4 renders this object",
      object: { kind: "ConfigMap", name: "four" },
    },
    note: undefined,
  },
  {
    what: "the metadata of the chart as a whole",
    files: inConfig("{{ toJson .Chart | quote }}"),
    twin: inConfig("{{ .Chart.Name | quote }}"),
    finding: { severity: "error", field: "data.value" },
    note: undefined,
  },
  {
    what: "the white space at the end of a text that is kept",
    files: named(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata:\n  text: |+\n    a\n\n\n---\n${configMap("other")}`,
    ),
    twin: named(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata:\n  text: |\n    a\n---\n${configMap("other")}`,
    ),
    finding: { severity: "error", field: "data.text", object: { kind: "ConfigMap", name: "web" } },
    note: undefined,
  },
];

describe("a trial with Helm 3 and Helm 4", () => {
  it.each(differing)("finds $what", async ({ files, finding, note }) => {
    const result = await tryChart(await writeChart({ ...files }), both);
    const [first, ...rest] = findingsIn(result).filter(({ step }) => step === "both-helms");
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ reason: "HelmVersionsDiffer", template: "demo/templates/web.yaml", ...finding });
    if (note !== undefined) expect(first?.notes).toEqual([note]);
    expect(verdictOf(result, "both-helms")).toBe(first?.severity === "error" ? "failed" : "passed");
    // The chart is checked with Helm 4 all the same.
    expect(verdictOf(result, "install")).toBe("passed");
  });

  it.each(differing)("finds nothing in a chart without $what", async ({ files, twin }) => {
    const result = await tryChart(await writeChart({ ...files, ...twin }), both);
    expect({ findings: findingsIn(result), verdict: result.verdict }).toEqual({ findings: [], verdict: "passed" });
    expect(result.steps.map(({ name }) => name)).toContain("helm-upgrade");
  });

  it("does not take random values for a difference", async () => {
    const random = "{{ randAlphaNum 16 | quote }}";
    const result = await tryChart(await writeChart(inConfig(random)), both);
    expect(findingsIn(result).filter(({ step }) => step === "both-helms")).toEqual([]);
    expect(verdictOf(result, "both-helms")).toBe("passed");
  });

  it("notes white space that makes no difference", async () => {
    const spaced = `${configMap("web")}\n\n\n---\n${configMap("other")}`;
    const result = await tryChart(await writeChart(named(spaced)), both);
    expect(findingsIn(result)).toEqual([]);
    expect(result.notes).toContain(
      "Helm 3 and Helm 4 render different white space or comments; the objects are the same",
    );
  });

  it.each([
    ["a function of Helm 4", '{{ durationSeconds "1m" | quote }}', "durationSeconds"],
    ["mustToYaml", "{{ mustToYaml .Values | quote }}", "mustToYaml"],
    ["a field of Chart.yaml that Helm does not know", "{{ .Chart.Unknown | default 1 | quote }}", "Unknown"],
    [
      "a field of HelmVersion of Helm 4",
      "{{ .Capabilities.HelmVersion.KubeClientVersion | quote }}",
      "KubeClientVersion",
    ],
  ])("names the Helm that alone renders a chart with %s", async (_what, expression, word) => {
    const result = await tryChart(await writeChart(inConfig(expression)), both);
    const [first] = findingsIn(result).filter(({ severity }) => severity === "error");
    expect(first).toMatchObject({
      step: "both-helms",
      reason: "HelmVersionsDiffer",
      template: "demo/templates/web.yaml",
    });
    expect(first?.message).toMatch(new RegExp(`^only Helm 4 renders the chart; Helm 3 fails: .*${word}`, "s"));
    expect(verdictOf(result, "uninstall")).toBe("passed");
  });

  it("names the Helm that alone renders a chart with an apiVersion that Helm 4 does not install", async () => {
    const chart = await writeChart({
      ...inConfig('"a"'),
      "Chart.yaml": "apiVersion: v3\nname: demo\nversion: 0.1.0\n",
    });
    const result = await tryChart(chart, both);
    expect(result.verdict).toBe("failed");
    const messages = findingsIn(result).map(({ message }) => message);
    expect(messages.join("\n")).toContain("only Helm 3 renders the chart; Helm 4 fails:");
  });

  it("reports a chart that neither renders as with one Helm", async () => {
    const chart = await writeChart(inConfig('{{ fail "no" }}'));
    const [alone, compared] = [await tryChart(chart), await tryChart(chart, both)];
    expect(findingsIn(compared)).toEqual(findingsIn(alone));
    expect(compared.verdict).toBe(alone.verdict);
  });
});

const containers = (env: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: "example.com/app:1", env: ${env} }] }
`;

describe("a release of Helm 3 that a trial upgrades with Helm 4", () => {
  it("passes for a chart with workloads, hooks and Secrets", async () => {
    const hook = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: hook-succeeded } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: app, image: "example.com/app:1" }] } } }
`;
    const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: login }\nstringData: { password: hunter2 }\n";
    const chart = await writeChart({
      "templates/web.yaml": containers('[{ name: A, value: "1" }]'),
      "templates/hook.yaml": hook,
      "templates/secret.yaml": secret,
    });
    const result = await tryChart(chart, both);
    expect({ findings: findingsIn(result), verdict: result.verdict }).toEqual({ findings: [], verdict: "passed" });
    expect(verdictOf(result, "helm-upgrade")).toBe("passed");
  });

  it("fails for a list with two items of one name, which Helm 4 cannot take over by server-side apply", async () => {
    const twice = containers('[{ name: A, value: "1" }, { name: A, value: "2" }]');
    const result = await tryChart(await writeChart({ "templates/web.yaml": twice }), both);
    // Helm 4 cannot even install it.
    expect(verdictOf(result, "dry-run")).toBe("failed");
    const alone = await tryChart(await writeChart({ "templates/web.yaml": twice }), { helm: 3 });
    expect(verdictOf(alone, "install")).toBe("passed");
  });

  it("fails for a hook that removes the record of the first revision, with the revisions that are left", async () => {
    const record = (revision: number, more = "") => `apiVersion: v1
kind: Secret
metadata:
  name: sh.helm.release.v1.{{ .Release.Name }}.v${revision}${more}
  annotations: { helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded" }
`;
    const result = await tryChart(
      await writeChart({ "templates/web.yaml": configMap("web"), "templates/hook.yaml": record(1) }),
      both,
    );
    expect(ownFindings(result)).toMatchObject([
      {
        severity: "error",
        step: "helm-upgrade",
        reason: "HistoryLost",
        message: "Helm 4 reads the revisions 2, 3 of a release that has 3",
      },
    ]);
    const twin = { "templates/web.yaml": configMap("web"), "templates/hook.yaml": record(1, "-copy") };
    expect(ownFindings(await tryChart(await writeChart(twin), both))).toEqual([]);
  });

  // The field manager of Helm 3 is the name of its program: with a program called helm3, Helm 4 does not take its fields over.
  it.each([
    { program: "helm3", managers: ["helm3"] },
    { program: "helm", managers: [] },
    { program: "kubectl-edit", managers: [] },
  ])("is warned about as far as $program still owns fields as a client that updates", async ({ program, managers }) => {
    const chart = await writeChart({ "templates/web.yaml": configMap("web", { a: '"1"' }) });
    await using release = await installChart(chart, { helm: 3 });
    await editObjectAs(program, await release.get("ConfigMap", "web"), { data: { left: "by Helm 3" } });
    await release.upgrade({ helm: 4, serverSide: "true" });
    const found = clientSideFields(await release.objects());
    expect(found.map(({ reason, message }) => [reason, message])).toEqual(
      managers.map((name) => ["FieldManagerStays", expect.stringContaining(`the field manager "${name}" still owns`)]),
    );
    expect((await release.get("ConfigMap", "web")).data).toMatchObject(
      managers.length === 0 && program === "helm" ? { a: "1" } : { a: "1", left: "by Helm 3" },
    );
  });

  it("fails for what only the first installation renders under Helm 3", async () => {
    const text = `${configMap("web", { a: '"1"' })}{{ if semverCompare "<4" .Capabilities.HelmVersion.Version }}  old: "yes"\n{{ end }}`;
    const result = await tryChart(await writeChart({ "templates/web.yaml": text }), both);
    expect(ownFindings(result)).toMatchObject([{ step: "both-helms", field: "data.old" }]);
    expect(verdictOf(result, "helm-upgrade")).toBe("passed");
  });
});

describe("a trial with Helm 3 alone", () => {
  it("runs every step with Helm 3", async () => {
    const stored = configMap("web", { helm: "{{ .Capabilities.HelmVersion.Version | trunc 2 | quote }}" });
    const gate = '{{ if not (hasPrefix "v3" .Capabilities.HelmVersion.Version) }}{{ fail "not Helm 3" }}{{ end }}\n';
    const result = await tryChart(await writeChart({ "templates/web.yaml": gate + stored }), { helm: 3 });
    expect({ findings: findingsIn(result), verdict: result.verdict }).toEqual({ findings: [], verdict: "passed" });
    expect(result.steps.map(({ name }) => name)).not.toContain("both-helms");
  });

  it("does not refuse a field that is unknown, which the API server drops for Helm 3, and warns", async () => {
    const files = { "templates/web.yaml": `${configMap("web")}unknown: true\n` };
    const by3 = await tryChart(await writeChart(files), { helm: 3 });
    expect(by3.verdict).toBe("passed");
    expect(findingsIn(by3)).toMatchObject([{ severity: "warning", message: expect.stringContaining("unknown") }]);
    expect((await tryChart(await writeChart(files))).verdict).toBe("failed");
  });
});
