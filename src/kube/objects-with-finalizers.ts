import { mapLimit } from "../util/map-limit.ts";
import type { Discovery } from "./discovery.ts";
import type { KubeListOptions } from "./kube-client.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "./object-ref.ts";

const LISTS_AT_ONCE = 8;

/** An object that is removed only when its finalizers are gone. */
export interface ObjectWithFinalizers extends ObjectRef {
  finalizers: string[];
}

/** The part of a client that {@link findObjectsWithFinalizers} uses. */
interface Lister {
  readonly discovery: Discovery;
  list(apiVersion: string, kind: string, options?: KubeListOptions): Promise<KubeObject[]>;
}

/**
 * The objects that a namespace being deleted waits for. An object without a `deletionTimestamp` is among them, because a busy
 * control plane may not have reached it yet. Kinds that cannot be listed are left out.
 */
export async function findObjectsWithFinalizers(kube: Lister, namespace: string): Promise<ObjectWithFinalizers[]> {
  const resources = (await kube.discovery.all()).filter((each) => each.isNamespaced && each.verbs.includes("list"));
  const lists = await mapLimit(resources, LISTS_AT_ONCE, ({ apiVersion, kind }) =>
    kube.list(apiVersion, kind, { namespace }).catch(() => []),
  );
  const found = new Map<string, ObjectWithFinalizers>();
  for (const object of lists.flat()) {
    const { uid, finalizers = [] } = object.metadata;
    // A kind with several versions lists the same object several times.
    if (finalizers.length === 0 || found.has(uid ?? "")) continue;
    found.set(uid ?? "", { ...toObjectRef(object), finalizers });
  }
  return [...found.values()];
}
