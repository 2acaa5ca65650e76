import type { HelmRelease } from "../../helm/types.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import type { Cause, NotReady } from "../../readiness/diagnose.ts";
import type { Missing } from "../../readiness/problem.ts";
import { judgeMissing } from "./judge-missing.ts";
import { judgeWebhook } from "./judge-webhook.ts";
import type { WatchedRef } from "./watched-refs.ts";

/** An object of a release that is not ready. */
export type WatchedNotReady = NotReady & { ref: WatchedRef };

/** What is known about the release and about who else changes objects. */
export interface JudgeContext {
  kube: KubeClient;
  info: HelmRelease;
  namespace: string;
  /** Whether all objects of the manifest exist. */
  isComplete: boolean;
  /** Nothing creates objects but Helm and the control plane. */
  isAlone: boolean;
  signal?: AbortSignal | undefined;
}

const versions: Record<string, string> = {
  StorageClass: "storage.k8s.io/v1",
  PriorityClass: "scheduling.k8s.io/v1",
  RuntimeClass: "node.k8s.io/v1",
  DeviceClass: "resource.k8s.io/v1",
  ResourceClaim: "resource.k8s.io/v1",
  ResourceClaimTemplate: "resource.k8s.io/v1",
};
const clusterScoped = new Set(["StorageClass", "PriorityClass", "RuntimeClass", "DeviceClass", "PersistentVolume"]);

/** The objects with the judgement about their causes: whether the chart is wrong, and whether waiting is pointless. */
export async function judgeCauses(item: WatchedNotReady, context: JudgeContext): Promise<WatchedNotReady> {
  const causes = await Promise.all(item.causes.map((cause) => judge(cause, item.ref, context)));
  return {
    ...item,
    causes,
    isTerminal: item.status.status === "Failed" || causes.some(({ isTerminal }) => isTerminal),
  };
}

/** Whether the chart may be right: every known cause is that the control plane lacks something, or a wait on purpose. */
export function isOfCluster({ causes }: NotReady): boolean {
  return causes.length > 0 && causes.every((cause) => cause.isOfCluster === true);
}

async function judge(found: Cause, ref: WatchedRef, context: JudgeContext): Promise<Cause> {
  const judged = judgeWebhook(judgeMissing(found, { ...context, ref }), { ...context, ref });
  const cause = judged.needsOthers === true && context.isAlone ? { ...judged, isTerminal: true } : judged;
  if (!cause.isTerminal || cause.missing === undefined || cause.missing.key !== undefined) return cause;
  // The message may be older than the object: the controller is about to try again.
  return (await exists(cause.missing, ref, context)) ? { ...found, isTerminal: false } : cause;
}

async function exists({ kind, name }: Missing, ref: WatchedRef, context: JudgeContext): Promise<boolean> {
  const { kube, namespace, signal } = context;
  const id = { apiVersion: versions[kind] ?? "v1", kind, name };
  const located = clusterScoped.has(kind) ? id : { ...id, namespace: ref.namespace ?? namespace };
  return (await kube.get(located, { metadataOnly: true, signal })) !== undefined;
}
