import type { KubeObject } from "../../kube/object-ref.ts";
import { isMapping } from "../../util/is-mapping.ts";

/** Whether the object is a CronJob that a trial runs once: neither it nor its Jobs are suspended. */
export function isTriedCronJob({ apiVersion, kind, spec }: KubeObject): boolean {
  if (apiVersion !== "batch/v1" || kind !== "CronJob" || !isMapping(spec)) return false;
  const template = isMapping(spec.jobTemplate) ? spec.jobTemplate.spec : undefined;
  return spec.suspend !== true && !(isMapping(template) && template.suspend === true);
}
