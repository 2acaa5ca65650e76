import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseYaml } from "../chart/yaml.ts";
import { readYamlLines } from "../chart/yaml-lines.ts";
import type { Finding } from "../findings/finding.ts";
import { valueAt } from "../util/field-changes.ts";
import { unescapePointer } from "../util/json-pointer.ts";
import type { TrialPlan } from "./plan-trials.ts";

/**
 * The finding about a value that violates a schema, located in the last values file of the case that sets the value: Helm's
 * lint names the chart's own values.yaml for all of them.
 */
export async function atValuesFile(finding: Finding, { chart, values }: TrialPlan): Promise<Finding> {
  const path = finding.template === `${chart.name}/values.yaml` ? pathOf(finding.message) : undefined;
  if (path === undefined) return finding;
  for (const file of values.toReversed()) {
    if (valueAt(await readValues(file), path) !== undefined) return { ...finding, template: file };
  }
  return finding;
}

/** Helm's warning about a value, located where the case or else the chart sets the value. */
export async function atSource(finding: Finding, { chart, chartPath, values }: TrialPlan): Promise<Finding> {
  const { reason, field, template } = finding;
  if (reason !== "HelmWarning" || field === undefined || template !== undefined) return finding;
  const path = field.split(".");
  const own = join(chartPath, "values.yaml");
  for (const file of [...values.toReversed(), own]) {
    if (valueAt(await readValues(file), path) === undefined) continue;
    const { lineOf } = readYamlLines(await readFile(file, "utf8"));
    return { ...finding, template: file === own ? `${chart.name}/values.yaml` : file, line: lineOf(path) };
  }
  return finding;
}

// `at '/smtp/port': got string, want integer`, `at '/smtp': additional properties 'prot' not allowed`
function pathOf(message: string): string[] | undefined {
  const [, pointer, rest = ""] = /^at '([^']*)': (.*)$/s.exec(message) ?? [];
  if (pointer === undefined) return undefined;
  const path = pointer.split("/").slice(1).map(unescapePointer);
  const [, extra] = /^additional properties '([^']+)'/.exec(rest) ?? [];
  return extra === undefined ? path : [...path, extra];
}

async function readValues(file: string): Promise<unknown> {
  try {
    return parseYaml(await readFile(file, "utf8"));
  } catch {
    // Helm reports it.
    return undefined;
  }
}
