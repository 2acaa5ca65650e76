import type { ControlPlane } from "../plane/control-plane.ts";
import type { TemplateResult } from "../release/results.ts";
import { isTriedCronJob } from "./cron-jobs/is-tried.ts";

/** Whether a rendered chart has hooks for `helm test`. */
export function hasTests({ hooks }: Pick<TemplateResult, "hooks">): boolean {
  return hooks.some(({ events }) => events.includes("test"));
}

/** Whether a rendered chart has CronJobs that can be tried: a real Job could act on something that is not there. */
export function hasCronJobs(
  { documents }: Pick<TemplateResult, "documents">,
  { capabilities }: Pick<ControlPlane, "capabilities">,
): boolean {
  return capabilities.pods === "simulated" && capabilities.controllers && documents.some(isTriedCronJob);
}
