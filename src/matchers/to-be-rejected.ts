import type { Finding } from "../findings/finding.ts";
import { formatObjectRef, type ObjectRef } from "../kube/object-ref.ts";
import { describeDryRun, mustBeDryRunResult } from "./dry-run-result.ts";
import { findingsText } from "./findings-text.ts";
import {
  checkExpected,
  compareFindings,
  containsText,
  failEitherWay,
  hint,
  type MatcherContext,
  type MatcherResult,
  show,
  textOrPattern,
} from "./matcher.ts";

/** What a single finding must say; each key narrows the match. */
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
 * Passes when the API server rejected an object of a dry run, with a finding that matches every expected key.
 * When the chart has no object of the expected kind or name, it fails, also under `not`.
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
  const { findings, refs, accepted, submitted, namespace } = received;
  if (!refs.some((ref) => isSelected(ref, expected)) && !findings.some((finding) => isMatch(finding, expected))) {
    const existing = [...new Set(refs.map((ref) => describeRef(ref, namespace)))].sort().join(", ");
    return failEitherWay(this, firstLine, `The chart has no such object (${what})\n  it has: ${existing || "none"}`);
  }
  const found = findings.filter((finding) => isMatch(finding, expected));
  if (found.length > 0) {
    const rejected = `The API server rejected it (${what})\n${findingsText(found, namespace)}`;
    return { pass: true, message: () => `${firstLine}\n\n${rejected}` };
  }
  const problem = accepted ? `The API server accepted all ${submitted} objects` : "No finding matches";
  return {
    pass: false,
    message: () =>
      `${firstLine}\n\n${problem} (${what})\n\n${compareFindings(this, expected, nearest(findings, expected))}\n\nFindings:\n${findingsText(findings, namespace)}`,
  };
}

function describeRef(ref: ObjectRef, namespace: string): string {
  const { kind, name } = ref;
  return formatObjectRef(ref.namespace === namespace ? { kind, name } : ref);
}

function isSelected(ref: ObjectRef, { kind, name, namespace }: RejectedExpectation): boolean {
  if (kind !== undefined && ref.kind !== kind) return false;
  if (name !== undefined && ref.name !== name) return false;
  return namespace === undefined || ref.namespace === undefined || ref.namespace === namespace;
}

function isMatch(finding: Finding, expected: RejectedExpectation): boolean {
  return finding.severity === "error" && matchingKeys(finding, expected).length === expectedKeys(expected).length;
}

// The finding that matches most of what is expected, reduced to the expected keys.
function nearest(findings: readonly Finding[], expected: RejectedExpectation): RejectedExpectation | undefined {
  const keys = expectedKeys(expected);
  const [best] = findings.toSorted(
    (one, other) => matchingKeys(other, expected).length - matchingKeys(one, expected).length,
  );
  if (best === undefined) return undefined;
  return Object.fromEntries(keys.map((key) => [key, fieldOf(best, key)]));
}

function expectedKeys(expected: RejectedExpectation): (keyof RejectedExpectation)[] {
  const keys = Object.keys(expected) as (keyof RejectedExpectation)[];
  return keys.filter((key) => expected[key] !== undefined);
}

function matchingKeys(finding: Finding, expected: RejectedExpectation): (keyof RejectedExpectation)[] {
  return expectedKeys(expected).filter((key) =>
    key === "message" ? containsText(finding.message, expected.message ?? "") : fieldOf(finding, key) === expected[key],
  );
}

function fieldOf(finding: Finding, key: keyof RejectedExpectation): string | undefined {
  return key === "kind" || key === "name" || key === "namespace" ? finding.object?.[key] : finding[key];
}
