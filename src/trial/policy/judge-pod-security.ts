import { type KubeObject, type ObjectRef, toObjectRef } from "../../kube/object-ref.ts";
import { isAsStrictAs, nextLevel, type PodSecurityLevel, podSecurityLevels } from "../../kube/pod-security-level.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { containersOf, type PodTemplate, podTemplatesOf } from "../../references/pod-templates.ts";

/** A check of the Pod Security Standards that the Pods of an object do not pass. */
export interface PodSecurityViolation {
  /** The least strict level that has the check. */
  level: PodSecurityLevel;
  object: ObjectRef;
  /** Absent when the Pod's own fields are at fault. */
  container?: string;
  /** Such as `spec.template.spec.containers[0].securityContext.privileged`; absent for a check that reads several fields. */
  field?: string;
  /** The API server's words: `runAsNonRoot != true`. */
  reason: string;
  /** The API server's words, with containers and fields; may be empty. */
  detail: string;
}

/** The strictest level that all Pods of a chart pass, and what prevents the next stricter one. */
export interface PodSecurityResult {
  /** The level that was asked for. */
  asked: PodSecurityLevel;
  level: PodSecurityLevel;
  prevents: PodSecurityViolation[];
}

/** What the engine answers about one Pod. */
interface JudgedPod {
  violations: { level: PodSecurityLevel; check: string; reason: string; detail?: string; container?: string }[];
}

// Which field each check reads, by the identifiers of k8s.io/pod-security-admission/policy.
const fields: Record<string, string> = {
  allowPrivilegeEscalation: "securityContext.allowPrivilegeEscalation",
  capabilities_baseline: "securityContext.capabilities.add",
  capabilities_restricted: "securityContext.capabilities",
  hostPathVolumes: "volumes",
  hostPorts: "ports",
  privileged: "securityContext.privileged",
  procMount: "securityContext.procMount",
  restrictedVolumes: "volumes",
  runAsNonRoot: "securityContext.runAsNonRoot",
  runAsUser: "securityContext.runAsUser",
  seLinuxOptions: "securityContext.seLinuxOptions",
  seccompProfile_baseline: "securityContext.seccompProfile",
  seccompProfile_restricted: "securityContext.seccompProfile",
  sysctls: "securityContext.sysctls",
  windowsHostProcess: "securityContext.windowsOptions.hostProcess",
};

/**
 * Judges the Pods and the Pod templates of Kubernetes' own workloads, hooks and CronJobs included, by the checks of the API
 * server's admission, as its version of Kubernetes has them. What operators make of custom resources is not judged.
 */
export async function judgePodSecurity(
  { engine, versions }: Pick<ControlPlane, "engine" | "versions">,
  objects: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<PodSecurityViolation[]> {
  const pods = objects.flatMap((object) =>
    podTemplatesOf(object)
      .filter(({ isExact }) => isExact)
      .map((template) => ({ object, template })),
  );
  if (pods.length === 0) return [];
  const templates = pods.map(({ template: { spec, annotations } }) => ({ metadata: { annotations }, spec }));
  const request = { version: versions.kubernetes, pods: templates };
  const answer = await engine.ask<{ pods: JudgedPod[] }>("pod-security", request, { signal });
  return pods.flatMap(({ object, template }, index) =>
    (answer.pods[index]?.violations ?? []).map(({ level, check, reason, detail = "", container }) => {
      const field = fieldOf(template, check, container);
      return {
        level,
        object: toObjectRef(object),
        ...(container === undefined ? {} : { container }),
        ...(field === undefined ? {} : { field }),
        reason,
        detail,
      };
    }),
  );
}

/** The strictest level without violations, and those of the next stricter level. */
export function summarizePodSecurity(
  asked: PodSecurityLevel,
  violations: readonly PodSecurityViolation[],
): PodSecurityResult {
  const isMet = (level: PodSecurityLevel) => violations.every((violation) => !isAsStrictAs(level, violation.level));
  const level = podSecurityLevels.findLast(isMet) ?? "privileged";
  const next = nextLevel(level);
  const prevents = violations.filter((violation) => next !== undefined && isAsStrictAs(next, violation.level));
  return { asked, level, prevents };
}

function fieldOf(template: PodTemplate, check: string, container: string | undefined): string | undefined {
  const field = fields[check];
  if (field === undefined) return undefined;
  const path =
    container === undefined ? template.path : containersOf(template).find(({ name }) => name === container)?.path;
  return path === undefined ? undefined : `${path}.${field}`;
}
