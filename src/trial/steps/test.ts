import type { Finding } from "../../findings/finding.ts";
import type { TrialState } from "./trial-state.ts";

/** Runs the chart's tests. */
export async function test(state: TrialState): Promise<Finding[]> {
  const { timeout, signal } = state.context;
  const result = await state.release?.test({ timeout, signal });
  return result?.findings ?? [];
}
