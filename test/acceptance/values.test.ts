import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { runCli } from "../helpers/run-cli.ts";

async function judge(files: Record<string, string>, ...args: string[]) {
  const chart = await writeChart(files);
  const { stdout, exitCode } = await runCli(["values", chart, "--json", ...args]);
  const report = JSON.parse(stdout);
  const found = report.charts[0]?.findings.map(
    ({ reason, field, template, line, hint }: Record<string, unknown>) =>
      `${reason} ${field} at ${template}${line === undefined ? "" : `:${line}`}${hint === undefined ? "" : `: ${hint}`}`,
  );
  return { exitCode, report, found: found as string[] };
}

const reading = (values: Record<string, string>, more = "") => ({
  "templates/a.yaml": configMap("{{ .Release.Name }}", values, more),
});

describe("seatrial values", () => {
  it("finds values that no template reads, with their lines, and exits with 0 for these warnings", async () => {
    const { found, exitCode } = await judge({
      ...reading({ color: "{{ .Values.color }}" }),
      "values.yaml": "color: red\n# was used once\nlegacy:\n  size: 1\nold: x\n",
    });
    const hint = "remove it, or use it in a template";
    expect(found).toEqual([
      `UnusedValue legacy at demo/values.yaml:3: ${hint}`,
      `UnusedValue old at demo/values.yaml:5: ${hint}`,
    ]);
    expect(exitCode).toBe(0);
  });

  it("fails with --strict, and not for what is allowed", async () => {
    const files = { ...reading({ a: "b" }), "values.yaml": "old: x\n" };
    expect((await judge(files, "--strict")).exitCode).toBe(1);
    const allowed = await judge(files, "--strict", "--allow", "UnusedValue");
    expect(allowed.exitCode).toBe(0);
    expect(allowed.report.charts[0].allowed).toHaveLength(1);
  });

  it("finds keys of a case that the chart does not have, with the nearest one", async () => {
    const { found, exitCode } = await judge({
      ...reading({ host: "{{ .Values.ingress.host }}", size: "{{ .Values.server.size }}" }),
      "values.yaml": "ingress:\n  host: a\nserver:\n  size: 1\n",
      "ci/typo-values.yaml": "ingres:\n  host: b\nserver:\n  sise: 3\n",
      "ci/level-values.yaml": "size: 2\nnobody: null\nserver:\n  minSize: 1\n",
    });
    expect(found).toEqual([
      "UnknownValue size at demo/ci/level-values.yaml:1: did you mean server.size?",
      "UnknownValue nobody at demo/ci/level-values.yaml:2: remove it: the case is not what it says",
      "UnknownValue server.minSize at demo/ci/level-values.yaml:4: remove it: the case is not what it says",
      "UnknownValue ingres at demo/ci/typo-values.yaml:1: did you mean ingress?",
      "UnknownValue server.sise at demo/ci/typo-values.yaml:4: did you mean server.size?",
    ]);
    expect(exitCode).toBe(1);
  });

  it("finds nothing in values that are read only when others are switched on, or in other places than objects", async () => {
    const { found, exitCode } = await judge({
      ...reading(
        { all: "{{ toYaml .Values.free | quote }}" },
        '  labels: {{ include (print .Chart.Name ".labels") (dict "context" $) }}\n',
      ),
      "templates/_helpers.tpl": `{{ define "demo.labels" }}{{ with .context.Values.labels }}{{ toJson . }}{{ end }}{{ end }}`,
      "templates/ingress.yaml": `{{ if .Values.ingress.enabled }}{{ range $i, $host := .Values.ingress.hosts }}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: "i{{ $i }}" }
data: { host: "{{ $host.name }}", class: "{{ index $.Values "ingress-class" }}" }
{{ end }}{{ end }}`,
      "templates/hook.yaml": `{{ if .Capabilities.APIVersions.Has "example.com/v9" }}{{ .Values.later }}{{ end }}
{{ if lookup "v1" "Secret" "default" "x" }}{{ .Values.found }}{{ end }}
{{ if .Values.broken }}{{ fail .Values.message }}{{ end }}`,
      "templates/NOTES.txt": "See {{ .Values.docs }}, {{ tpl .Values.text . }} {{ randAlphaNum 9 }}",
      "values.yaml": `free: { any: 1 }
labels: { a: b }
ingress-class: x
ingress: { enabled: false, hosts: [{ name: a }] }
later: 1
found: 1
broken: false
message: no
docs: x
text: "{{ .Values.inner }}"
inner: 1
common: &common { size: 1 }
# An example: {{ .Values.custom.name }}
custom: {}
enabled: true
exports: { data: { a: 1 } }
`,
    });
    expect(found).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it("judges the values of dependencies by what these read", async () => {
    const { found } = await judge({
      "Chart.yaml": `apiVersion: v2
name: demo
version: 0.1.0
dependencies:
  - { name: db, alias: store, version: 1.0.0, condition: store.enabled, tags: [backend], import-values: [shared] }
`,
      "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
      "charts/db/values.yaml": "size: 1\nexports: { shared: { port: 1 } }\n",
      "charts/db/templates/a.yaml": configMap("{{ .Release.Name }}-db", {
        a: "{{ .Values.size }}{{ .Values.global.zone }}",
      }),
      ...reading({ port: '"{{ .Values.port }}"' }),
      "values.yaml": `global: { zone: a, none: b }
tags: { backend: true }
store: { enabled: false, size: 2, sice: 3 }
`,
    });
    expect(found.map((text) => text.split(" at ")[0])).toEqual(["UnusedValue global.none", "UnusedValue store.sice"]);
  });

  it("compares the schema with values.yaml", async () => {
    const schema = {
      properties: { a: { default: 2 }, b: {}, gone: {} },
    };
    const { found } = await judge({
      ...reading({ a: '"{{ .Values.a }}{{ .Values.b }}{{ .Values.c }}"' }),
      "values.yaml": "a: 1\nb: 2\nc: 3\n",
      "values.schema.json": JSON.stringify(schema),
    });
    expect(found.map((text) => text.split(":")[0])).toEqual([
      "SchemaLacksValue c at demo/values.schema.json",
      "SchemaDefaultDiffers a at demo/values.schema.json",
      "SchemaOnlyValue gone at demo/values.schema.json",
    ]);
  });

  it("fails a chart that does not render, and could not check one that lacks a value", async () => {
    const broken = await judge({ "templates/a.yaml": "{{ .Values.a.b.c }}" });
    expect(broken.exitCode).toBe(1);
    expect(broken.report.charts[0].cases).toEqual([{ name: "default", verdict: "failed" }]);
    const lacking = await judge({ "templates/a.yaml": '{{ required "set it" .Values.a }}' });
    expect(lacking.exitCode).toBe(3);
    expect(lacking.report.charts[0].cases[0].error.message).toContain("set it");
  });

  it("prints findings for people", async () => {
    const chart = await writeChart({ ...reading({ a: "b" }), "values.yaml": "old: x\n" });
    const { stdout } = await runCli(["values", "."], { cwd: chart });
    expect(stdout.replace(/in \d.*s$/m, "in <time>")).toMatchInlineSnapshot(`
      "demo 0.1.0 (.)
        warning
          field    old
          message  no template of the chart reads the value, and another value changes nothing in any case
          reason   UnusedValue
          at       demo/values.yaml:1
          hint     remove it, or use it in a template

      Values of 1 chart: 0 errors, 1 warning in <time>"
    `);
  });

  it("reports a wrong command line as JSON, too", async () => {
    const { stdout, exitCode } = await runCli(["values", join("no", "such", "chart"), "--json"]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 2, charts: [], error: { code: "SEATRIAL_NO_CHARTS" } });
  });
});
