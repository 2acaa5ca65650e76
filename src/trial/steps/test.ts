import type { Finding } from "../../findings/finding.ts";
import { parseDuration } from "../../util/duration.ts";
import { tryCronJobs } from "../cron-jobs/try-cron-jobs.ts";
import { hasCronJobs, hasTests } from "../has-tests.ts";
import type { TrialState } from "./trial-state.ts";

/** Runs the chart's tests, and each of its CronJobs once. */
export async function test(state: TrialState): Promise<Finding[]> {
  const { context, release, rendered } = state;
  if (release === undefined) throw new Error("the install step must have passed first");
  const { timeout, signal } = context;
  const findings = hasTests(rendered) ? (await release.test({ timeout, signal })).findings : [];
  if (!hasCronJobs(rendered, context.plane)) return findings;
  const timeoutMs = parseDuration(timeout, "timeout");
  const tried = await tryCronJobs(release.info, { ...context, timeoutMs });
  state.ownNotes.push(...tried.notes);
  return [...findings, ...tried.findings];
}
