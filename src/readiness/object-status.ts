import type { KubeObject } from "../kube/object-ref.ts";

/** How far an object is, in kstatus' words: `Current` is ready, `Failed` will not become so by itself. */
export type StatusName = "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound";

/** The result of {@link computeStatus}. */
export interface ObjectStatus {
  status: StatusName;
  /** For people: `1 of 3 replicas are ready`. Empty for `Current`. */
  message: string;
  /** A word for programs, such as `ProgressDeadlineExceeded`. */
  reason?: string;
}

/** One entry of an object's `status.conditions`. */
export interface StatusCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export const current: ObjectStatus = { status: "Current", message: "" };

export function inProgress(reason: string, message: string): ObjectStatus {
  return { status: "InProgress", reason, message };
}

export function failed(reason: string, message: string): ObjectStatus {
  return { status: "Failed", reason, message };
}

/** `status.conditions` of an object; empty when it has none. */
export function conditionsOf(object: KubeObject): StatusCondition[] {
  const conditions = (object.status as { conditions?: unknown } | undefined)?.conditions;
  return Array.isArray(conditions) ? (conditions as StatusCondition[]) : [];
}

/** The condition of a type, if the object has it. */
export function conditionOf(object: KubeObject, type: string): StatusCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}
