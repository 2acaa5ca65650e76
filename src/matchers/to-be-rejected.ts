import type { Finding } from "../findings/finding.ts";
import { formatObjectRef, type ObjectRef } from "../kube/object-ref.ts";
import { describeDryRun, mustBeDryRunResult } from "./dry-run-result.ts";
import { findingsText } from "./findings-text.ts";
import {
  checkExpected,
  containsText,
  failEitherWay,
  hint,
  type MatcherContext,
  type MatcherResult,
  show,
  textOrPattern,
} from "./matcher.ts";

/** What one and the same finding must say; each key narrows it. */
export interface RejectedExpectation {
  kind?: string;
  name?: string;
  namespace?: string;
  /** Such as `Invalid`, `Forbidden`, `NotFound`. */
  reason?: string;
  /** Such as `spec.ports[0].port`. */
  field?: string;
  /** Contained in the message, or a pattern for it. */
  message?: string | RegExp;
}

/**
 * Passes when the API server rejected an object of a dry run, with a finding that says all that is expected.
 * An expected kind or name that no object of the chart has fails, also under `not`.
 */
export function toBeRejected(
  this: MatcherContext,
  received: unknown,
  expected: RejectedExpectation = {},
): MatcherResult {
  mustBeDryRunResult("toBeRejected", received);
  checkExpected<RejectedExpectation>("toBeRejected", expected, {
    kind: "string",
    name: "string",
    namespace: "string",
    reason: "string",
    field: "string",
    message: textOrPattern,
  });
  const firstLine = hint(this, "toBeRejected", Object.keys(expected).length === 0 ? "" : show(this, expected));
  const what = describeDryRun(received);
  if (!received.refs.some((ref) => isSelected(ref, expected)) && !received.findings.some((it) => says(it, expected))) {
    const there = [...new Set(received.refs.map((ref) => formatObjectRef(ref)))].sort().join(", ");
    return failEitherWay(this, firstLine, `The chart has no such object (${what})\n  there are: ${there || "none"}`);
  }
  const found = received.findings.filter((finding) => says(finding, expected));
  return {
    pass: found.length > 0,
    message: () =>
      found.length > 0
        ? `${firstLine}\n\nThe API server rejected it (${what})\n${findingsText(found)}`
        : `${firstLine}\n\n${received.accepted ? `The API server accepted all ${received.submitted} objects` : "No finding says that"} (${what})\nFindings:\n${findingsText(received.findings)}`,
  };
}

function isSelected(ref: ObjectRef, { kind, name, namespace }: RejectedExpectation): boolean {
  if (kind !== undefined && ref.kind !== kind) return false;
  if (name !== undefined && ref.name !== name) return false;
  return namespace === undefined || ref.namespace === undefined || ref.namespace === namespace;
}

function says(finding: Finding, expected: RejectedExpectation): boolean {
  const { kind, name, namespace, reason, field, message } = expected;
  if (finding.severity !== "error") return false;
  if (kind !== undefined && finding.object?.kind !== kind) return false;
  if (name !== undefined && finding.object?.name !== name) return false;
  if (namespace !== undefined && finding.object?.namespace !== namespace) return false;
  if (reason !== undefined && finding.reason !== reason) return false;
  if (field !== undefined && finding.field !== field) return false;
  return message === undefined || containsText(finding.message, message);
}
