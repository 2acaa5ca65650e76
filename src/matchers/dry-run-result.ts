import type { DryRunResult } from "../release/results.ts";
import { mustBe } from "./matcher.ts";

/** Throws a `TypeError` unless the value is a result of `dryRunChart`. */
export function mustBeDryRunResult(matcher: string, received: unknown): asserts received is DryRunResult {
  mustBe<DryRunResult>(matcher, received, "a result of dryRunChart", (value) => {
    return "accepted" in value && "submitted" in value && "findings" in value && "refs" in value;
  });
}

/** `chart web, install of release web` */
export function describeDryRun({ chart, operation, releaseName }: DryRunResult): string {
  return `chart ${chart.name} ${chart.version}, ${operation} of release ${releaseName}`;
}
