import { formatObjectRef } from "../kube/object-ref.ts";
import { isAsStrictAs, nextLevel } from "../kube/pod-security-level.ts";
import type { PodSecurityResult } from "../trial/policy/judge-pod-security.ts";
import { formatViolation } from "../trial/policy/pod-security-findings.ts";
import type { TrialResult } from "../trial/trial-result.ts";
import type { Style } from "./style.ts";
import { wrapTo } from "./text-width.ts";

const MAX_VIOLATIONS = 3;

/**
 * For each chart and level, which cases pass it, and what prevents the next stricter level. Where the level that was asked for is
 * not met, the findings say why.
 */
export function renderPodSecurity(trials: readonly TrialResult[], style: Style, width: number): string[] {
  const known = trials.flatMap(({ chart, case: { name }, podSecurity }) =>
    podSecurity === undefined ? [] : [{ chart, name, podSecurity }],
  );
  const groups = Map.groupBy(known, ({ chart, podSecurity }) => [chart.path, text(podSecurity)].join("\n"));
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const all = known.filter(({ chart }) => chart.path === first.chart.path);
    const cases = group.length === all.length ? "" : ` (${group.map(({ name }) => name).join(", ")})`;
    return `Pod Security: ${first.chart.name}${cases}: ${text(first.podSecurity)}`;
  });
  return lines.flatMap((line) => wrapTo(line, width)).map(style.dim);
}

function text({ asked, level, prevents }: PodSecurityResult): string {
  const next = nextLevel(level);
  if (next === undefined || !isAsStrictAs(level, asked)) return level;
  const all = [...new Set(prevents.map((each) => `${formatObjectRef(each.object)} ${formatViolation(each)}`))];
  const more = all.length > MAX_VIOLATIONS ? `; and ${all.length - MAX_VIOLATIONS} more (see --json)` : "";
  return `${level}; not ${next}: ${all.slice(0, MAX_VIOLATIONS).join("; ")}${more}`;
}
