import { judgeUpgradeFrom } from "../life/judge-upgrade-from.ts";
import type { PreviousVersion } from "../life/previous-version.ts";
import type { InstallOptions } from "../release/options.ts";
import { describe } from "../util/check-options.ts";
import { findingsText } from "./findings-text.ts";
import { hint, type MatcherContext, type MatcherResult, show } from "./matcher.ts";

/**
 * Installs the previous version of a chart and upgrades it to the chart at the received path: passes when the upgrade succeeds, and
 * leaves no field as the previous version has set it that a fresh installation stores differently. Takes the options of
 * `installChart`. Rejects when one of the two cannot be installed.
 */
export async function toUpgradeFrom(
  this: MatcherContext,
  received: unknown,
  previous: PreviousVersion,
  options: InstallOptions = {},
): Promise<MatcherResult> {
  if (typeof received !== "string" || received === "")
    throw new TypeError(`toUpgradeFrom needs the path of a chart, got ${describe(received)}`);
  const { findings, from, namespace } = await judgeUpgradeFrom("toUpgradeFrom", received, previous, options);
  const firstLine = hint(this, "toUpgradeFrom", show(this, previous));
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  return {
    pass: findings.length === 0,
    message: () =>
      findings.length === 0
        ? `${firstLine}\n\nThe upgrade succeeded (${received} from ${from})`
        : `${firstLine}\n\nThe upgrade failed: ${count} (${received} from ${from})\n${findingsText(findings, namespace)}`,
  };
}
