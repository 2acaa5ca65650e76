import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The line of a template that begins with a key, 1-based; `undefined` when there are several such lines or none, and for a
 * packaged chart. `template` is as Helm names it: `web/templates/service.yaml`.
 */
export async function templateLine(chartPath: string, template: string, key: string): Promise<number | undefined> {
  const inside = template.split("/").slice(1).join("/");
  const text = await readFile(join(chartPath, inside), "utf8").catch(() => "");
  const pattern = new RegExp(`^\\s*(?:- )?${key.replace(/[.*+?^$}{()|[\]\\]/g, "\\$&")}:`);
  const lines = text.split("\n").flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
  return lines.length === 1 ? lines[0] : undefined;
}
