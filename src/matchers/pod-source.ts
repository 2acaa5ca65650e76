import { UsageError } from "../errors/usage-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import type { DryRunResult, TemplateResult } from "../release/results.ts";
import { describe } from "../util/check-options.ts";

/** Where objects are: a rendered chart, a dry run, or a list, such as the Pods of a namespace. */
export type PodSource = TemplateResult | DryRunResult | readonly object[];

/** The objects of a source. Throws `SEATRIAL_USAGE` for anything else. */
export function podSourceObjects(matcher: string, from: PodSource): KubeObject[] {
  if (Array.isArray(from)) return from as KubeObject[];
  if (typeof from === "object" && from !== null && "documents" in from) return from.documents;
  if (typeof from === "object" && from !== null && "objects" in from) return from.objects;
  throw new UsageError(
    `${matcher} needs a result of templateChart or dryRunChart, or a list of objects, got ${describe(from)}`,
  );
}
