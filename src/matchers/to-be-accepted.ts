import { describeDryRun, mustBeDryRunResult } from "./dry-run-result.ts";
import { findingsText } from "./findings-text.ts";
import { failEitherWay, hint, type MatcherContext, type MatcherResult } from "./matcher.ts";

/**
 * Passes when the API server accepted every object of a dry run. Warnings do not matter.
 * A chart that rendered no object fails, also under `not`: nothing was checked.
 */
export function toBeAccepted(this: MatcherContext, received: unknown): MatcherResult {
  mustBeDryRunResult("toBeAccepted", received);
  const firstLine = hint(this, "toBeAccepted");
  const what = describeDryRun(received);
  if (received.refs.length === 0 && received.findings.length === 0) {
    return failEitherWay(this, firstLine, `The chart rendered no object, so the API server checked nothing (${what})`);
  }
  return {
    pass: received.accepted,
    message: () =>
      received.accepted
        ? `${firstLine}\n\nThe API server accepted all ${received.submitted} objects (${what})`
        : `${firstLine}\n\nThe API server rejected ${received.rejected} of ${received.refs.length} objects (${what})\n${findingsText(received.findings, received.namespace)}`,
  };
}
