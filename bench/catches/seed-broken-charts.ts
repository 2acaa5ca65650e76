import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { repositoryRoot } from "../support/charts.ts";
import type { Answer } from "./fault.ts";
import type { SeededChart } from "./seeded-chart.ts";
import { ChartText } from "./template/chart-text.ts";

/** The part of an `expected.yaml` that is needed here. */
interface Expected {
  step: string;
  finding: { severity?: "warning"; kind?: string; name?: string; field?: string; message: string; template?: string };
  values?: string;
  /** A values file with which the chart is installed first: the fault is in the upgrade. */
  install?: string;
}

// What users have to bring says nothing about the chart: docs/check.md#what-charts-need.
const notChecked = new Set([
  "kube-version-too-new",
  "missing-dependency",
  "missing-namespace",
  "required-value",
  "template-failure",
]);

/** Writes copies of the broken charts of `fixtures/charts` below `dir`. */
export async function seedBrokenCharts(dir: string): Promise<SeededChart[]> {
  const root = join(repositoryRoot, "fixtures", "charts");
  const seeded: SeededChart[] = [];
  for (const name of (await readdir(root)).sort()) {
    const source = join(root, name);
    const { finding, values, install } = load(await readFile(join(source, "expected.yaml"), "utf8")) as Expected;
    const directory = join(dir, "broken", name);
    const base = install === undefined ? undefined : join(dir, "broken", `${name}.previous`);
    await (await ChartText.load(source, values)).save(directory);
    if (base !== undefined) await (await ChartText.load(source, install)).save(base);
    seeded.push({
      id: `fixtures/${name}`,
      group: "fixtures",
      title: finding.message,
      answer: answerTo(name, finding.severity),
      place: toPlace(name, finding),
      directory,
      base,
      scene: base === undefined ? undefined : { isUpgrade: true },
      releaseName: name,
      valuesFiles: [],
      names: finding.name === undefined ? [name] : [finding.name],
    });
  }
  return seeded;
}

function answerTo(name: string, severity: "warning" | undefined): Answer {
  return notChecked.has(name) ? "not-checked" : (severity ?? "error");
}

function toPlace(name: string, { kind, field, template }: Expected["finding"]): SeededChart["place"] {
  const file = template?.replace(`${name}/`, "") ?? "Chart.yaml";
  return { file, ...(kind === undefined ? {} : { kind }), ...(field === undefined ? {} : { field }) };
}
