import { sameUpgrade } from "../life/same-upgrade.ts";
import { findingsText } from "./findings-text.ts";
import { checkExpected, failEitherWay, hint, type MatcherContext, type MatcherResult } from "./matcher.ts";
import { describeRelease, mustBeRelease } from "./release.ts";

/** How strict the comparison is. */
export interface IdempotentExpectation {
  /** Labels and annotations that restart Pods, and Jobs of each revision, fail too. @default false */
  strict?: boolean;
}

/**
 * Upgrades a release to its chart once more, with the values and options of its last revision: passes when nothing that the API
 * server has stored changes. A release without objects, and one that was uninstalled, fails also under `not`.
 */
export async function toBeIdempotent(
  this: MatcherContext,
  received: unknown,
  expected: IdempotentExpectation = {},
): Promise<MatcherResult> {
  mustBeRelease("toBeIdempotent", received);
  checkExpected<IdempotentExpectation>("toBeIdempotent", expected, { strict: "boolean" });
  const firstLine = hint(this, "toBeIdempotent");
  if (received.status === "uninstalled")
    return failEitherWay(this, firstLine, `The release was uninstalled (${describeRelease(received)})`);
  const { objects, findings } = await sameUpgrade(received);
  const what = describeRelease(received);
  if (objects === 0) return failEitherWay(this, firstLine, `The release has no object to compare (${what})`);
  const changes = expected.strict === true ? findings : findings.filter(({ severity }) => severity === "error");
  const count = changes.length === 1 ? "1 object" : `${changes.length} objects`;
  return {
    pass: changes.length === 0,
    message: () =>
      changes.length === 0
        ? `${firstLine}\n\nThe same upgrade again changed none of ${objects} objects (${what})`
        : `${firstLine}\n\nThe same upgrade again changed ${count} (${what})\n${findingsText(changes, received.namespace)}`,
  };
}
