import type { ChartObject } from "../findings/chart-objects.ts";
import type { KubeObject } from "../kube/object-ref.ts";

/** An object that references can lead to. */
export interface Entry {
  object: KubeObject;
  name: string;
  /** That of the release for objects without a namespace, also for cluster-scoped objects. */
  namespace: string;
  /** What rendered it; absent for objects that exist on the control plane. */
  item?: ChartObject;
}

/** An object of the chart. */
export type ChartEntry = Entry & { item: ChartObject };

export function isOfChart(entry: Entry): entry is ChartEntry {
  return entry.item !== undefined;
}
