import type { ObjectRef } from "../kube/object-ref.ts";

/** A right that reaches far, or that is less than what holds it usually needs. A fact, and not a fault of the chart. */
export interface GrantedRight {
  reason: "GrantsEverything" | "ReadsAllSecrets" | "MayEscalate" | "GetsWithoutList";
  /** What the holder may do: `reads the Secrets of all namespaces`. */
  message: string;
  /** The Role or ClusterRole. */
  object: ObjectRef;
  /** The first rule that grants it: `rules[2]`. */
  field: string;
}
