import { isMapping } from "../../../src/util/is-mapping.ts";
import type { FaultSet } from "../fault.ts";
import type { ChartText } from "../template/chart-text.ts";

const values = { command: "values" } as const;

/** Values that nothing reads, and schemas that differ from them: what `seatrial values` finds. */
export const unreadValues: FaultSet = {
  group: "values",
  faults: [
    {
      id: "unused-value",
      title: "no template reads a value of values.yaml",
      answer: "warning",
      scene: values,
      apply: (chart) => {
        if (chart.files.has("values.schema.json")) return undefined;
        chart.setValue("metricsPort", 9090);
        return { file: "values.yaml", field: "metricsPort" };
      },
    },
    {
      id: "misspelt-value",
      title: "a values file in ci/ has a misspelt key",
      answer: "error",
      scene: values,
      apply: (chart) => addCase(chart, "schedul"),
    },
    {
      id: "value-on-wrong-level",
      title: "a values file in ci/ has a key on the wrong level",
      answer: "error",
      scene: values,
      apply: (chart) => addCase(chart, "viewer.port"),
    },
    {
      id: "schema-lacks-value",
      title: "values.schema.json does not list a value that it does not refuse either",
      answer: "warning",
      scene: values,
      apply: (chart) =>
        changeSchema(chart, (schema) => {
          delete schema.properties.containerPort;
          delete schema.additionalProperties;
          return "containerPort";
        }),
    },
    {
      id: "schema-only-value",
      title: "values.schema.json has a value that neither values.yaml nor a template has",
      answer: "warning",
      scene: values,
      apply: (chart) =>
        changeSchema(chart, (schema) => {
          schema.properties.replicas = { type: "integer" };
          return "replicas";
        }),
    },
    {
      id: "schema-default-differs",
      title: "values.schema.json has another default than values.yaml",
      answer: "warning",
      scene: values,
      apply: (chart) =>
        changeSchema(chart, (schema) => {
          schema.properties.containerPort = { type: "integer", default: 80 };
          return "containerPort";
        }),
    },
  ],
};

interface Schema {
  properties: Record<string, unknown>;
  additionalProperties?: unknown;
}

function changeSchema(chart: ChartText, change: (schema: Schema) => string) {
  const text = chart.read("values.schema.json");
  const schema: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isSchema(schema) || schema.properties.containerPort === undefined) return undefined;
  const field = change(schema);
  chart.write("values.schema.json", `${JSON.stringify(schema, null, 2)}\n`);
  return { file: "values.schema.json", field };
}

function isSchema(value: unknown): value is Schema {
  return isMapping(value) && isMapping(value.properties);
}

function addCase(chart: ChartText, path: string) {
  if (chart.value("schedule") === undefined) return undefined;
  const [key = "", inner] = path.split(".");
  const text = inner === undefined ? `${key}: "0 4 * * *"\n` : `${key}:\n  ${inner}: 9000\n`;
  chart.write("ci/nightly-values.yaml", text);
  return { file: "ci/nightly-values.yaml", field: key };
}
