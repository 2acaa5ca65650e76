import type { Finding, FindingStep } from "../../findings/finding.ts";
import { findingsOf } from "../../findings/findings-of.ts";
import type { HelmMajor } from "../../helm/types.ts";
import { HELM_VERSIONS_DIFFER } from "./render-differences.ts";

/** The findings about a chart that fails under one Helm and not under the other; `undefined` for an error of another kind. */
export function onlyOneRenders(error: unknown, failed: HelmMajor, step: FindingStep): Finding[] | undefined {
  const working = failed === 3 ? 4 : 3;
  return findingsOf(error)?.map((finding) => ({
    ...finding,
    step,
    reason: HELM_VERSIONS_DIFFER,
    message: `only Helm ${working} renders the chart; Helm ${failed} fails: ${finding.message}`,
  }));
}
