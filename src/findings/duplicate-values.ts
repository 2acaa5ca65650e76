import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readYamlLines } from "../chart/yaml-lines.ts";
import type { Finding } from "../errors/finding.ts";

/**
 * Warnings of keys that the values of a chart have twice, in its `values.yaml` and in files for it: Helm uses the last value
 * silently. Files that cannot be read are left to Helm, which reports them.
 */
export async function duplicateValues(chart: string, chartName: string, files: readonly string[]): Promise<Finding[]> {
  const own = join(chart, "values.yaml");
  const found = await Promise.all(
    [own, ...files].map(async (file) => {
      const shown = file === own ? `${chartName}/${basename(own)}` : file;
      return (await duplicatesIn(file)).map(({ key, line, firstLine }): Finding => {
        const message = `the key "${key}" occurs twice in a mapping (lines ${firstLine} and ${line}): the last value wins`;
        const hint = "remove one of the two, or merge them";
        return { severity: "warning", step: "lint", message, reason: "DuplicateKey", template: shown, line, hint };
      });
    }),
  );
  return found.flat();
}

async function duplicatesIn(file: string) {
  try {
    return readYamlLines(await readFile(file, "utf8")).duplicates;
  } catch {
    return [];
  }
}
