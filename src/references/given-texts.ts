import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseYaml } from "../chart/yaml.ts";
import { isMapping } from "../util/is-mapping.ts";

const MAX_LENGTH = 253;

/**
 * The texts that the values of a chart have: those of its own `values.yaml`, of values files, and of `--set`. A name among
 * them is not the chart's own idea. Files that cannot be read are left out.
 */
export async function givenTexts(
  chart: string,
  valueFiles: readonly string[],
  settings: readonly string[],
  releaseName: string,
): Promise<ReadonlySet<string>> {
  const files = [...(await ownFiles(chart)), ...valueFiles];
  const values = await Promise.all(files.map(readValues));
  const texts = new Set<string>();
  const add = (text: string) => {
    // A value may be a template.
    if (text.length <= MAX_LENGTH) texts.add(text.replace(/\{\{-?\s*\.Release\.Name\s*-?\}\}/g, releaseName));
  };
  for (const value of values) collect(value, add);
  for (const setting of settings) for (const part of setting.split(/[=,{}]/)) add(part.trim());
  return texts;
}

async function ownFiles(chart: string): Promise<string[]> {
  // Packed charts are not read.
  const inner = await readdir(join(chart, "charts"), { withFileTypes: true }).catch(() => []);
  const directories = inner.filter((entry) => entry.isDirectory()).map(({ name }) => join(chart, "charts", name));
  return [join(chart, "values.yaml"), ...(await Promise.all(directories.map(ownFiles))).flat()];
}

async function readValues(path: string): Promise<unknown> {
  try {
    return parseYaml(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

function collect(value: unknown, add: (text: string) => void): void {
  if (typeof value === "string") add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, add);
  else if (isMapping(value)) for (const item of Object.values(value)) collect(item, add);
}
