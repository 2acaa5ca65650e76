import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ChartError } from "../../errors/chart-error.ts";
import type { Finding } from "../../findings/finding.ts";
import { askForTemplate } from "../../release/template-chart.ts";
import type { StockSubject } from "./stock-rendering.ts";

const SCHEMA = "values.schema.json";

/** The warning for a chart whose schema refuses `global`, which Helm gives to every sub-chart. */
export async function globalRefused({ chartPath, rendered, options }: StockSubject): Promise<Finding[]> {
  if (!(await mayHaveSchema(chartPath))) return [];
  try {
    await askForTemplate(chartPath, { ...options, setJson: { ...options.setJson, global: {} } });
    return [];
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    // The values without it have passed.
    if (error.details?.helmCode !== "schema") return [];
    return [
      {
        severity: "warning",
        step: "template",
        message:
          "the schema refuses the value `global`, which Helm gives to every sub-chart: the chart cannot be a dependency of another chart",
        reason: "GlobalRefused",
        field: "global",
        template: `${rendered.chart.name}/${SCHEMA}`,
        notes: error.findings.slice(0, 1).map(({ message }) => message),
        hint: 'add `"global": { "type": "object" }` to the properties of the schema',
      },
    ];
  }
}

async function mayHaveSchema(chartPath: string): Promise<boolean> {
  const chart = await stat(chartPath).catch(() => undefined);
  if (chart?.isDirectory() !== true) return true;
  return (await stat(join(chartPath, SCHEMA)).catch(() => undefined)) !== undefined;
}
