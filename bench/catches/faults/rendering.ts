import type { FaultSet, Place } from "../fault.ts";
import type { ChartText } from "../template/chart-text.ts";
import { add, container, edit, remove, rename, workloads } from "./edits.ts";

/** What Helm itself cannot read or render, and what it renders differently than its author thinks. */
export const rendering: FaultSet = {
  group: "rendering",
  faults: [
    {
      id: "block-not-closed",
      title: "a template lacks the `end` of a block",
      answer: "error",
      apply: (chart) => inTemplates(chart, /\n[^\n]*\{\{-? end \}\}\s*$/, "\n"),
    },
    {
      id: "helper-misspelt",
      title: "a template includes a helper that does not exist",
      answer: "error",
      apply: (chart) => inTemplates(chart, /include "([\w.]+)"/, 'include "$1Of"'),
    },
    {
      id: "value-of-nothing",
      title: "a template reads a key of a value that does not exist",
      answer: "error",
      apply: (chart) => inTemplates(chart, /\{\{ \.Values\.(\w+)/, "{{ .Values.absent.$1"),
    },
    {
      id: "wrong-type-in-template",
      title: "a template passes a text to a function for mappings",
      answer: "error",
      apply: (chart) => inTemplates(chart, "{{ .Release.Name }}", "{{ keys .Release.Name }}"),
    },
    {
      id: "required-value",
      title: "a template requires a value that the chart does not bring",
      answer: "not-checked",
      apply: (chart) => inTemplates(chart, /^kind: /m, '{{- required "a token is required" .Values.token }}\nkind: '),
    },
    {
      id: "yaml-indentation",
      title: "a field is indented less than its mapping",
      answer: "error",
      apply: (chart) => inTemplates(chart, /^ {2}name: /m, "   name: "),
    },
    {
      id: "values-not-yaml",
      title: "values.yaml is not YAML",
      answer: "error",
      apply: (chart) => inFile(chart, "values.yaml", /$/, "broken: [1\n"),
    },
    {
      id: "schema-refuses-default",
      title: "values.schema.json refuses a default of values.yaml",
      answer: "error",
      apply: (chart) => (chart.files.has("values.schema.json") ? textForNumber(chart) : undefined),
    },
    {
      id: "schema-not-json",
      title: "values.schema.json is not JSON",
      answer: "error",
      apply: (chart) => inFile(chart, "values.schema.json", /,/, ""),
    },
    {
      id: "chart-without-version",
      title: "Chart.yaml has no version",
      answer: "error",
      apply: (chart) => inFile(chart, "Chart.yaml", /^version:.*\n/m, ""),
    },
    {
      id: "dependency-not-downloaded",
      title: "a dependency of Chart.yaml is missing in charts/",
      answer: "not-checked",
      apply: (chart) =>
        chart.read("Chart.yaml")?.includes("dependencies:")
          ? undefined
          : inFile(
              chart,
              "Chart.yaml",
              /\n$/,
              '\ndependencies:\n  - name: queue\n    version: 1.x.x\n    repository: "https://charts.example.com"\n',
            ),
    },
    {
      id: "object-without-kind",
      title: "an object has no kind",
      answer: "error",
      apply: (chart) => inTemplates(chart, /^kind: .*\n/m, ""),
    },
    {
      id: "duplicate-key",
      title: "a key is in a mapping twice, so that the first is lost",
      answer: "warning",
      apply: add(workloads, "spec", "replicas: 5", null, { where: (object) => object.has("spec.replicas") }),
    },
    {
      id: "duplicate-object",
      title: "two templates render the same object",
      answer: "error",
      apply: duplicateObject,
    },
    {
      id: "large-number",
      title: "a number of the values is rendered as 1.048576e+07",
      answer: "warning",
      apply: (chart) => inTemplates(chart, /\{\{ int64 (\.Values\.server\.maxBodyBytes) \}\}/, "{{ $1 }}"),
    },
    {
      id: "large-number-in-argument",
      title: "an environment variable gets a number as 1.234567e+06",
      answer: "error",
      apply: (chart) =>
        chart.value("env.BUILD") === undefined
          ? undefined
          : inTemplates(chart, '{{ include "web.scalar" $value | quote }}', "{{ $value | quote }}"),
    },
    {
      id: "hook-misspelt",
      title: "an object has the hook `pre-instal`, and is never created",
      answer: "warning",
      apply: (chart) => inTemplates(chart, /helm\.sh\/hook: pre-install\S*/, "helm.sh/hook: pre-instal"),
    },
    {
      id: "hook-annotation-misspelt",
      title: "an annotation of a hook is misspelt, and has no effect",
      answer: "warning",
      apply: (chart) => inTemplates(chart, "helm.sh/hook-delete-policy:", "helm.sh/hook-deletion-policy:"),
    },
    {
      id: "list-instead-of-mapping",
      title: "labels are a list",
      answer: "error",
      apply: edit("Service", "metadata.labels", (object) => object.set("metadata.labels", "[web]")),
    },
    { id: "spec-misspelt", title: "`spec` is misspelt", answer: "error", apply: rename("Service", "spec", "sepc") },
    {
      id: "no-name",
      title: "an object has no name",
      answer: "error",
      apply: remove("ConfigMap", "metadata.name", { field: null }),
    },
    {
      id: "file-of-nothing",
      title: "a template reads a file that the chart does not have",
      answer: "warning",
      apply: add("ConfigMap", "data", 'motd: {{ .Files.Get "files/motd.txt" | quote }}', null),
    },
    {
      id: "value-twice",
      title: "values.yaml has a key twice",
      answer: "warning",
      apply: (chart) => inFile(chart, "values.yaml", /^replicas: 2$/m, "replicas: 2\nreplicas: 3"),
    },
    {
      id: "mapping-replaced",
      title: "the values of a case replace a mapping by a text, which Helm ignores",
      answer: "warning",
      apply: (chart) => {
        if (chart.value("containerPort") === undefined) return undefined;
        chart.write("ci/small-values.yaml", "resources: small\n");
        chart.write("values.schema.json", "{}\n");
        return { file: "ci/small-values.yaml" };
      },
    },
    {
      id: "memory-without-unit",
      title: "the memory of a container has no unit: 128 bytes",
      answer: "warning",
      apply: edit(
        workloads,
        container,
        (object) => object.set(`${container}.resources`, '{ requests: { cpu: 10m, memory: "128" } }'),
        { field: `${container}.resources` },
      ),
    },
  ],
};

/** Changes the first template that has the text. */
function inTemplates(chart: ChartText, pattern: string | RegExp, by: string): Place | undefined {
  for (const file of chart.templates()) if (chart.replace(file, pattern, by)) return { file };
  return undefined;
}

function inFile(chart: ChartText, file: string, pattern: RegExp, by: string): Place | undefined {
  return chart.replace(file, pattern, by) ? { file } : undefined;
}

function textForNumber(chart: ChartText): Place | undefined {
  const key = Object.keys(chart.values).find((name) => typeof chart.values[name] === "number");
  if (key === undefined) return undefined;
  chart.setValue(key, "two");
  return { file: "values.yaml" };
}

function duplicateObject(chart: ChartText): Place | undefined {
  const [object] = chart.objects("Service");
  const text = object === undefined ? undefined : chart.read(object.file);
  if (object === undefined || text === undefined) return undefined;
  chart.write("templates/service-again.yaml", text);
  return { file: "templates/service-again.yaml", kind: "Service" };
}
