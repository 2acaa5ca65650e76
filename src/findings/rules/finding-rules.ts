import { chartRules } from "./chart-rules.ts";
import type { FindingRule } from "./finding-rule.ts";
import { helmRules } from "./helm-rules.ts";
import { leftoverRules } from "./leftover-rules.ts";
import { rbacRules } from "./rbac-rules.ts";
import { referenceRules } from "./reference-rules.ts";
import { refusals } from "./refusals.ts";
import { serverRules } from "./server-rules.ts";
import { stockRules } from "./stock-rules.ts";
import { upgradeRules } from "./upgrade-rules.ts";
import { valuesRules } from "./values-rules.ts";

/** Every kind of finding that seatrial makes itself, by topic. docs/findings.md has a row for each. */
export const findingRules: readonly FindingRule[] = [
  ...chartRules,
  ...valuesRules,
  ...serverRules,
  ...stockRules,
  ...referenceRules,
  ...rbacRules,
  ...helmRules,
  ...upgradeRules,
  ...leftoverRules,
  ...refusals,
];

const rules = new Map(findingRules.map((rule) => [rule.code, rule]));

/** The rule with this code; `undefined` for a reason of Kubernetes. */
export function findRule(code: string): FindingRule | undefined {
  return rules.get(code);
}
