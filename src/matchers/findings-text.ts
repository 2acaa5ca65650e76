import type { Finding } from "../findings/finding.ts";
import { formatFindings } from "../findings/format-finding.ts";

/** The findings as the lines of a matcher's message. */
export function findingsText(findings: readonly Finding[]): string {
  return findings.length === 0 ? "  none" : formatFindings(findings).join("\n");
}
