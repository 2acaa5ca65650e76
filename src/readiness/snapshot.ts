import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeNode } from "../kube/node.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { mapLimit } from "../util/map-limit.ts";
import { awaitedSignerOf, isEndless, isPermanent, missingReferenceOf, type Reference } from "./event-references.ts";

/** The fields of an event about an object that are read. */
export interface ObjectEvent {
  type: string;
  reason: string;
  message: string;
  count: number;
  /** RFC 3339; empty when the event has no time. */
  lastSeen: string;
  uid: string;
  /** The part of the object that the event is about, such as `spec.containers{app}`; empty for the whole object. */
  fieldPath: string;
  /** The Secret, ConfigMap or key that the event reports as missing. */
  missingReference?: Reference | undefined;
  /** The signer for whose certificate the Pod waits, according to the simulated kubelet. */
  awaitedSigner?: string | undefined;
  /** Whether the simulated kubelet says that the Pod can never become ready because of it. @default false */
  isPermanent?: boolean | undefined;
  /** Whether the simulated kubelet says that the container which has started does not end by itself. @default false */
  isEndless?: boolean | undefined;
}

/** What a release looked like at one moment. */
export interface Snapshot {
  /** The requested objects; those that do not exist have only their reference. */
  roots: { ref: ObjectRef; object: KubeObject | undefined }[];
  /** What controllers create: the ReplicaSets, Jobs, Pods and claims of their namespaces. */
  made: KubeObject[];
  events: ObjectEvent[];
  nodes: KubeNode[];
}

const CONCURRENCY = 16;
const madeKinds = [
  ["apps/v1", "ReplicaSet"],
  ["batch/v1", "Job"],
  ["v1", "Pod"],
  ["v1", "PersistentVolumeClaim"],
] as const;

/** Reads objects, the objects that controllers created in their namespaces, and the events there. */
export async function takeSnapshot(
  kube: KubeClient,
  refs: readonly ObjectRef[],
  namespace: string,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const namespaces = [...new Set([namespace, ...refs.flatMap((ref) => ref.namespace ?? [])])];
  const list = async (apiVersion: string, kind: string) =>
    (await Promise.all(namespaces.map((name) => kube.list(apiVersion, kind, { namespace: name, signal })))).flat();
  const [roots, nodes, events, ...made] = await Promise.all([
    mapLimit(refs, CONCURRENCY, async (ref) => ({ ref, object: await kube.get(ref, { signal }) })),
    kube.list("v1", "Node", { signal }),
    list("v1", "Event"),
    ...madeKinds.map(([apiVersion, kind]) => list(apiVersion, kind)),
  ]);
  return { roots, made: made.flat(), events: events.map(toEvent).sort(bySeen), nodes: nodes as KubeNode[] };
}

/** The objects that controllers created for an object, directly or indirectly, and the claims of its Pods; nearest first. */
export function descendantsOf({ made }: Pick<Snapshot, "made">, object: KubeObject): KubeObject[] {
  const { uid } = object.metadata;
  const children = made.filter(
    ({ kind, metadata }) =>
      (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid) || usesClaim(object, { kind, metadata }),
  );
  const all = [...children, ...children.flatMap((child) => descendantsOf({ made }, child))];
  return [...new Set(all)];
}

/** Whether `pod` is a Pod, and has a volume of the claim. */
export function usesClaim(pod: KubeObject, claim: Pick<KubeObject, "kind" | "metadata">): boolean {
  if (pod.kind !== "Pod" || claim.kind !== "PersistentVolumeClaim") return false;
  if (pod.metadata.namespace !== claim.metadata.namespace) return false;
  const { volumes = [] } = (pod.spec ?? {}) as { volumes?: { persistentVolumeClaim?: { claimName: string } }[] };
  return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name);
}

/** The warnings about an object, oldest first. */
export function warningsOf({ events }: Snapshot, object: KubeObject): ObjectEvent[] {
  return events.filter(({ uid, type }) => uid === object.metadata.uid && type === "Warning");
}

function toEvent(event: KubeObject): ObjectEvent {
  const fields = event as unknown as {
    type?: string;
    reason?: string;
    message?: string;
    count?: number;
    lastTimestamp?: string | null;
    eventTime?: string | null;
    series?: { count?: number; lastObservedTime?: string };
    involvedObject?: { uid?: string; fieldPath?: string };
  };
  return {
    type: fields.type ?? "Normal",
    reason: fields.reason ?? "",
    message: fields.message ?? "",
    count: fields.series?.count ?? fields.count ?? 1,
    lastSeen: fields.series?.lastObservedTime ?? fields.lastTimestamp ?? fields.eventTime ?? "",
    uid: fields.involvedObject?.uid ?? "",
    fieldPath: fields.involvedObject?.fieldPath ?? "",
    missingReference: missingReferenceOf(event),
    awaitedSigner: awaitedSignerOf(event),
    isPermanent: isPermanent(event),
    isEndless: isEndless(event),
  };
}

function bySeen(one: ObjectEvent, other: ObjectEvent): number {
  return one.lastSeen.localeCompare(other.lastSeen);
}
