import type { Finding } from "../findings/finding.ts";
import { codeOf } from "../findings/rules/code-of.ts";
import type { TrialPlan } from "./plan-trials.ts";

/**
 * Findings as a reader in the working directory wants them: with paths as the user named them instead of absolute paths,
 * which differ between machines, with a hint where Helm's error has none, and warnings with the code by which they can be allowed.
 */
export function refineFindings(findings: readonly Finding[], plan: TrialPlan): Finding[] {
  return findings.map((finding) => {
    const hint = finding.hint ?? hintFor(finding, plan);
    const reason = finding.severity === "warning" ? codeOf(finding) : finding.reason;
    return {
      ...finding,
      message: toLocalPaths(finding.message, plan),
      ...(finding.template === undefined ? {} : { template: toLocalPaths(finding.template, plan) }),
      ...(reason === undefined ? {} : { reason }),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

/** A text with the paths of the chart and of its values files as the user named them. */
export function toLocalPaths(
  text: string,
  { values, case: { values: localValues }, chartPath, chart }: TrialPlan,
): string {
  // Values files first: their paths may contain the path of the chart.
  const pairs = values.map((path, index): [string, string] => [path, localValues[index] ?? path]);
  return [...pairs, [chartPath, chart.path] as const].reduce(
    (local, [path, name]) => local.replaceAll(path, name),
    text,
  );
}

function hintFor({ reason }: Finding, { chart }: TrialPlan): string | undefined {
  if (reason !== "dependency" && reason !== "SEATRIAL_DEPENDENCY") return undefined;
  return `run \`helm dependency build ${chart.path}\``;
}
