import type { Finding } from "../errors/finding.ts";
import { toObjectRef } from "../kube/object-ref.ts";
import type { ChartObject } from "./chart-objects.ts";
import { tooLargeHint } from "./too-large.ts";

/** A finding about one object of a chart: an error of the dry run, unless `finding` says otherwise. */
export function objectFinding(item: ChartObject, finding: Pick<Finding, "message"> & Partial<Finding>): Finding {
  const result: Finding = { severity: "error", step: "dry-run", ...finding };
  if (item.problem === undefined) result.object = toObjectRef(item.object);
  if (item.template !== "") result.template = item.template;
  const hint = result.hint ?? tooLargeHint(result.message, item.object);
  if (hint !== undefined) result.hint = hint;
  return result;
}
