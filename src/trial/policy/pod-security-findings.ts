import type { Finding } from "../../findings/finding.ts";
import { objectKey } from "../../kube/object-ref.ts";
import { isAsStrictAs, type PodSecurityLevel } from "../../kube/pod-security-level.ts";
import type { PodSecurityViolation } from "./judge-pod-security.ts";

/** One error for each object whose Pods do not pass the level, in the words of the API server. */
export function podSecurityFindings(
  asked: PodSecurityLevel,
  violations: readonly PodSecurityViolation[],
  templateOf: (violation: PodSecurityViolation) => string | undefined,
): Finding[] {
  const relevant = violations.filter(({ level }) => isAsStrictAs(asked, level));
  const objects = [...Map.groupBy(relevant, ({ object }) => objectKey(object)).values()];
  return objects.flatMap((ofObject) => {
    const [first] = ofObject;
    if (first === undefined) return [];
    const template = templateOf(first);
    const fields = [...new Set(ofObject.map(({ field }) => field))];
    const [field] = fields.length === 1 ? fields : [];
    return {
      severity: "error" as const,
      step: "template" as const,
      message: `violates PodSecurity "${asked}": ${ofObject
        .map(({ reason }) => reason)
        .filter(isFirst)
        .join(", ")}`,
      reason: "PodSecurity",
      object: first.object,
      ...(field === undefined ? {} : { field }),
      ...(template === undefined ? {} : { template }),
      notes: ofObject.map(formatViolation),
    };
  });
}

/** `spec.containers[0].securityContext.privileged: privileged (container "a" must not set …)` */
export function formatViolation({ field, container, reason, detail }: PodSecurityViolation): string {
  const where = field ?? (container === undefined ? undefined : `container ${container}`);
  const words = detail === "" ? reason : `${reason} (${detail})`;
  return where === undefined ? words : `${where}: ${words}`;
}

function isFirst(text: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(text) === index;
}
