import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "../../findings/finding.ts";

// The words of Go's templates about a field of something that does not exist.
const nothing = /nil pointer evaluating|index of (untyped )?nil|<nil>|nil data/;
const hint =
  "lookup finds nothing when a chart is linted or rendered without a cluster: ask for its answer with `if` or `with` before you read a field of it";

/** The finding, with what to do when the template's line reads the answer of `lookup`. */
export async function withLookupHint(finding: Finding, chartPath: string): Promise<Finding> {
  const { message, template, line } = finding;
  if (template === undefined || line === undefined || !nothing.test(message)) return finding;
  const [, ...parts] = template.split("/");
  const text = await readFile(join(chartPath, ...parts), "utf8").catch(() => "");
  return /\blookup\b/.test(text.split("\n")[line - 1] ?? "") ? { ...finding, hint: finding.hint ?? hint } : finding;
}
