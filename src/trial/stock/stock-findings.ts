import type { Finding } from "../../findings/finding.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { globalRefused } from "./global-refused.ts";
import { largeNumbers } from "./large-numbers.ts";
import { sideBySideFindings } from "./side-by-side.ts";
import type { StockSubject } from "./stock-rendering.ts";
import { versionsInImmutableFields } from "./version-in-immutable-field.ts";

/**
 * What is wrong with a chart under other conditions than those of its trial: each check renders it again. One after the other, so
 * that one worker, which has the chart in memory, does all.
 */
export async function stockFindings(subject: StockSubject, { kube }: Pick<ControlPlane, "kube">): Promise<Finding[]> {
  return [
    ...(await versionsInImmutableFields(subject)),
    ...(await sideBySideFindings(subject, kube)),
    ...(await globalRefused(subject)),
    ...(await largeNumbers(subject)),
  ];
}
