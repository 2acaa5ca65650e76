import { ChartError } from "../errors/chart-error.ts";
import { ClusterError } from "../errors/cluster-error.ts";
import type { Finding } from "../errors/finding.ts";

/** The findings that an error carries; `undefined` when it says nothing about the chart. */
export function findingsOf(error: unknown): readonly Finding[] | undefined {
  const findings = error instanceof ChartError || error instanceof ClusterError ? error.findings : [];
  return findings.length === 0 ? undefined : findings;
}
