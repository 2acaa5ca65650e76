import type { Finding } from "../findings/finding.ts";
import { formatFindings } from "../findings/format-finding.ts";

/** The findings as the lines of a matcher's message. Objects in the release's `namespace` are named without it. */
export function findingsText(findings: readonly Finding[], namespace: string): string {
  return findings.length === 0 ? "  none" : formatFindings(findings, namespace).join("\n");
}
