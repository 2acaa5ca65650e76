import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import { nearestName } from "../util/text/nearest-name.ts";
import type { PolicyRule } from "./stored-rules.ts";

interface JudgedGroups {
  item: ChartObject;
  rule: PolicyRule;
  field: string;
}

// Groups that were removed. A definition of another project has a dot in its group.
const removed = new Set(["extensions", "federation", "componentconfig"]);

/**
 * API groups of a rule that cannot exist: a version in place of the group, as in `apps/v1`, `core`, or a misspelt group of
 * Kubernetes. `isGranted` says whether another rule grants the resources in the right group.
 */
export function wrongGroups(
  { item, rule, field }: JudgedGroups,
  groups: readonly string[],
  isGranted: (group: string) => boolean,
): Finding[] {
  return (rule.apiGroups ?? []).flatMap((written) => {
    const meant = rightGroup(written, groups);
    if (meant === undefined) return [];
    return [
      objectFinding(item, {
        severity: isGranted(meant) ? "warning" : "error",
        message: `the rule grants nothing in ${JSON.stringify(written)}: no API group has this name`,
        field: `${field}.apiGroups`,
        reason: "WrongApiGroup",
        hint: `write apiGroups: [${JSON.stringify(meant)}]: rules name groups without a version, and the core group is ""`,
      }),
    ];
  });
}

function rightGroup(written: string, groups: readonly string[]): string | undefined {
  if (groups.includes(written) || removed.has(written)) return undefined;
  if (/^(?:core|v\d+(?:(?:alpha|beta)\d+)?)$/.test(written) || written.startsWith("core/")) return "";
  const [group = "", version] = written.split("/");
  if (version !== undefined) return group;
  return written === "*" || written.includes(".") ? undefined : nearestName(written, groups);
}
