import type { Discovery } from "./discovery.ts";
import type { KubeListOptions } from "./kube-client.ts";
import { mapLimit } from "./map-limit.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "./object-ref.ts";

const LISTS_AT_ONCE = 8;

/** An object that is being deleted and stays for its finalizers. */
export interface HeldObject extends ObjectRef {
  finalizers: string[];
}

/** The part of a client that {@link findHeldObjects} uses. */
interface Lister {
  readonly discovery: Discovery;
  list(apiVersion: string, kind: string, options?: KubeListOptions): Promise<KubeObject[]>;
}

/** The objects in a namespace that are being deleted and wait for their finalizers. What cannot be listed is left out. */
export async function findHeldObjects(kube: Lister, namespace: string): Promise<HeldObject[]> {
  const resources = (await kube.discovery.all()).filter((each) => each.isNamespaced && each.verbs.includes("list"));
  const lists = await mapLimit(resources, LISTS_AT_ONCE, ({ apiVersion, kind }) =>
    kube.list(apiVersion, kind, { namespace }).catch(() => []),
  );
  const held = new Map<string, HeldObject>();
  for (const object of lists.flat()) {
    const { uid, deletionTimestamp, finalizers = [] } = object.metadata;
    // A kind with several versions shows the same object several times.
    if (deletionTimestamp === undefined || finalizers.length === 0 || held.has(uid ?? "")) continue;
    held.set(uid ?? "", { ...toObjectRef(object), finalizers });
  }
  return [...held.values()];
}
