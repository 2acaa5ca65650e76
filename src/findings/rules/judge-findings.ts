import type { Finding } from "../../errors/finding.ts";
import { type Allowance, type AllowedFinding, findAllowance } from "./allowance.ts";

/** Which findings a user allows, and whether warnings fail. */
export interface JudgingRules {
  allowances: readonly Allowance[];
  /** Warnings are errors. */
  isStrict: boolean;
}

/** No finding is allowed, and warnings do not fail. */
export const defaultRules: JudgingRules = { allowances: [], isStrict: false };

/** Divides findings into those that remain and those that are allowed. */
export function divideFindings(
  findings: readonly Finding[],
  allowances: readonly Allowance[],
): { remaining: Finding[]; allowed: AllowedFinding[] } {
  const remaining: Finding[] = [];
  const allowed: AllowedFinding[] = [];
  for (const finding of findings) {
    const allowance = findAllowance(finding, allowances);
    if (allowance === undefined) remaining.push(finding);
    else allowed.push({ ...finding, ...toAllowedBy(allowance) });
  }
  return { remaining, allowed };
}

function toAllowedBy({ text, origin }: Allowance): Pick<AllowedFinding, "allowedBy" | "allowedBecause" | "allowedAt"> {
  return { allowedBy: text, ...(origin && { allowedBecause: origin.reason, allowedAt: origin.at }) };
}
