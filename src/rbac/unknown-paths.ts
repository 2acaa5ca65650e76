import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import type { PolicyRule } from "./stored-rules.ts";

/** Paths of a rule that match no request: without a slash at the start, or with a `*` before the end. */
export function unknownPaths(
  item: ChartObject,
  { rule: { nonResourceURLs = [] }, field }: { rule: PolicyRule; field: string },
): Finding[] {
  return nonResourceURLs.flatMap((path) => {
    const early = path.replace(/\*+$/, "").includes("*");
    if (path === "*" || (path.startsWith("/") && !early)) return [];
    const why = early ? "a * matches only at the end of a path" : "the path of a request begins with a slash";
    return [
      objectFinding(item, {
        message: `the rule grants nothing for ${path}: ${why}`,
        field: `${field}.nonResourceURLs`,
        reason: "UnknownResource",
        ...(early ? {} : { hint: `write "/${path}"` }),
      }),
    ];
  });
}
