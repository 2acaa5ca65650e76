import { UsageError } from "../../errors/usage-error.ts";
import type { TrialPlan } from "../../trial/plan-trials.ts";
import { planFrom } from "../../trial/previous/from-plans.ts";
import type { PreviousPlans } from "../../trial/previous/previous-chart.ts";
import { planSince } from "../../trial/previous/since-plans.ts";

/** The options of `seatrial check` that name previous versions. */
export interface PreviousOptions {
  since?: string;
  from?: string;
  requireVersionBump?: boolean;
}

/** Throws `SEATRIAL_USAGE` for options that contradict each other. */
export function checkPreviousOptions({ since, from, requireVersionBump }: PreviousOptions): void {
  if (since !== undefined && from !== undefined)
    throw new UsageError("--since and --from both name a previous version: give one of them");
  if (requireVersionBump === true && since === undefined)
    throw new UsageError("--require-version-bump needs --since, which says what to compare with");
  if (since === "" || from === "") throw new UsageError(`${since === "" ? "--since" : "--from"} must not be empty`);
}

/** The trials with the previous versions of their charts, as the options say. */
export async function planPrevious(
  plans: TrialPlan[],
  { since, from, requireVersionBump = false, paths }: PreviousOptions & { paths: string[] },
): Promise<PreviousPlans<TrialPlan>> {
  if (since === undefined && from === undefined) {
    return { plans, notes: [], [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const comparing = plans.map((plan) => ({ ...plan, isComparing: true }));
  if (from !== undefined) return planFrom(comparing, from);
  return planSince(comparing, { ref: since ?? "", paths, requireVersionBump });
}
