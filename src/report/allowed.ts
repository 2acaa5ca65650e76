import type { AllowedFinding } from "../findings/rules/allowance.ts";
import { codeOf } from "../findings/rules/code-of.ts";
import type { SuiteResult } from "../trial/trial-result.ts";
import type { Style } from "./style.ts";
import { wrapTo } from "./text-width.ts";

const MAX_NAMES = 5;

/** One line for each chart and allowance, and one for each allowance that allowed nothing. */
export function renderAllowed(
  { trials, unusedAllowances = [] }: Pick<SuiteResult, "trials" | "unusedAllowances">,
  style: Style,
  width: number,
): string[] {
  const charts = [...Map.groupBy(trials, ({ chart }) => chart.path).values()];
  const used = charts.flatMap((ofChart) => {
    const allowed = ofChart.flatMap((trial) => trial.allowed ?? []);
    const groups = [...Map.groupBy(allowed, ({ allowedBy }) => allowedBy)];
    return groups.map(([allowance, findings]) => {
      return `Allowed: ${ofChart[0]?.chart.name}: ${labelsOf(findings)} (--allow ${allowance})`;
    });
  });
  const unused = unusedAllowances.map((allowance) => `Allowed nothing: --allow ${allowance} matches no finding`);
  return [...used, ...unused].flatMap((line) => wrapTo(line, width)).map(style.dim);
}

// The same finding in each case of a chart is one.
function labelsOf(findings: readonly AllowedFinding[]): string {
  const labels = findings.map((finding) => {
    const { object } = finding;
    return [codeOf(finding), ...(object === undefined ? [] : [object.kind, object.name])].join(" ");
  });
  const unique = [...new Set(labels)].sort();
  if (unique.length <= MAX_NAMES) return unique.join(", ");
  return `${unique.slice(0, MAX_NAMES).join(", ")} and ${unique.length - MAX_NAMES} more`;
}
