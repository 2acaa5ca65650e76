import type { Finding } from "../errors/finding.ts";

export type { Finding, FindingStep } from "../errors/finding.ts";

/** The findings that make a chart fail. */
export function errorFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity === "error");
}
