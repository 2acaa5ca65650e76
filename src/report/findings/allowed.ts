import type { AllowedFinding } from "../../findings/rules/allowance.ts";
import { codeOf } from "../../findings/rules/code-of.ts";
import type { SuiteResult } from "../../trial/trial-result.ts";
import type { Style } from "../style.ts";
import { wrapTo } from "../text-width.ts";

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
    const groups = [...Map.groupBy(allowed, sourceOf)];
    return groups.map(([source, findings]) => `Allowed: ${ofChart[0]?.chart.name}: ${labelsOf(findings)} (${source})`);
  });
  // Neither a code nor a name has a space: with one, it is from a seatrial.yaml.
  const unused = unusedAllowances.map((allowance) => {
    const source = allowance.includes(" ") ? allowance : `--allow ${allowance}`;
    return `Allowed nothing: ${source} matches no finding`;
  });
  return [...used, ...unused].flatMap((line) => wrapTo(line, width)).map(style.dim);
}

function sourceOf({ allowedBy, allowedAt, allowedBecause }: AllowedFinding): string {
  return allowedAt === undefined ? `--allow ${allowedBy}` : `${allowedBecause}; ${allowedAt}`;
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
