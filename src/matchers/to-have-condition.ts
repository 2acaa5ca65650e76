import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { mustBeKubeObject } from "./kube-object.ts";
import {
  checkExpected,
  containsText,
  failEitherWay,
  hint,
  type MatcherContext,
  type MatcherResult,
  show,
  textOrPattern,
} from "./matcher.ts";

/** What the condition must say. */
export interface ConditionExpectation {
  /** @default "True" */
  status?: "True" | "False" | "Unknown";
  reason?: string;
  /** Contained in the message, or a pattern for it. */
  message?: string | RegExp;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

const statuses = ["True", "False", "Unknown"];

/**
 * Passes when the object's `status.conditions` has the type with the status (`"True"` by default).
 * An object without a condition of that type fails, also under `not`.
 */
export function toHaveCondition(
  this: MatcherContext,
  received: unknown,
  type: string,
  expected: ConditionExpectation | "True" | "False" | "Unknown" = {},
): MatcherResult {
  mustBeKubeObject("toHaveCondition", received);
  const wanted: ConditionExpectation = typeof expected === "string" ? { status: expected } : expected;
  checkExpected<ConditionExpectation>("toHaveCondition", wanted, {
    status: (value) => (statuses.includes(String(value)) ? undefined : '"True", "False" or "Unknown"'),
    reason: "string",
    message: textOrPattern,
  });
  const { status = "True", reason, message } = wanted;
  const firstLine = hint(this, "toHaveCondition", show(this, type));
  const what = formatObjectRef(toObjectRef(received));
  const conditions = readConditions(received);
  const condition = conditions.find((candidate) => candidate.type === type);
  if (condition === undefined) {
    const existing = conditions.map((candidate) => `${candidate.type}=${candidate.status}`).join(", ") || "none";
    return failEitherWay(this, firstLine, `${what} has no condition of type ${type}\n  it has: ${existing}`);
  }
  const pass =
    condition.status === status &&
    (reason === undefined || condition.reason === reason) &&
    (message === undefined || containsText(condition.message ?? "", message));
  return {
    pass,
    message: () => `${firstLine}\n\n${what} has ${describeCondition(condition)}`,
    actual: condition,
    expected: {
      type,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    },
  };
}

function readConditions(object: KubeObject): Condition[] {
  const { conditions } = (object.status ?? {}) as { conditions?: unknown };
  return Array.isArray(conditions) ? (conditions as Condition[]) : [];
}

function describeCondition({ type, status, reason, message }: Condition): string {
  const why = [reason, message].filter((part) => part !== undefined && part !== "").join(": ");
  return `${type}=${status}${why === "" ? "" : ` (${why})`}`;
}
