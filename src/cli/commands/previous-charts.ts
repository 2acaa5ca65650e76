import { UsageError } from "../../errors/usage-error.ts";
import type { TrialPlan } from "../../trial/plan-trials.ts";
import { planFrom } from "../../trial/previous/from-plans.ts";
import type { PreviousPlans } from "../../trial/previous/previous-chart.ts";
import { planSince } from "../../trial/previous/since-plans.ts";
import type { GlobalOptions } from "../global-options.ts";
import { provideEngineVisibly } from "./provide-engine-visibly.ts";

/** The options of `seatrial check` that name previous versions. */
export interface PreviousOptions {
  since?: string;
  from?: string;
  requireVersionBump?: boolean;
  repositoryConfig?: string;
  registryConfig?: string;
}

/** Throws `SEATRIAL_USAGE` for options that contradict each other. */
export function checkPreviousOptions(options: PreviousOptions): void {
  const { since, from, requireVersionBump, repositoryConfig, registryConfig } = options;
  if (since !== undefined && from !== undefined)
    throw new UsageError("--since and --from both name a previous version: give one of them");
  if (requireVersionBump === true && since === undefined)
    throw new UsageError("--require-version-bump needs --since, which says what to compare with");
  const config = repositoryConfig === undefined ? registryConfig && "--registry-config" : "--repository-config";
  if (config !== undefined && from === undefined)
    throw new UsageError(`${config} needs --from, which says what to pull`);
  if (since === "" || from === "") throw new UsageError(`${since === "" ? "--since" : "--from"} must not be empty`);
}

/** The trials with the previous versions of their charts, as the options say. */
export async function planPrevious(
  plans: TrialPlan[],
  options: PreviousOptions & GlobalOptions & { paths: string[] },
): Promise<PreviousPlans<TrialPlan>> {
  const { since, from, requireVersionBump = false, paths, repositoryConfig, registryConfig } = options;
  if (since === undefined && from === undefined) {
    return { plans, notes: [], [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const comparing = plans.map((plan) => ({ ...plan, isComparing: true }));
  if (from !== undefined) {
    const engine = async () => (await provideEngineVisibly(options)).path;
    return planFrom(comparing, from, { engine, repositoryConfig, registryConfig });
  }
  return planSince(comparing, { ref: since ?? "", paths, requireVersionBump });
}
