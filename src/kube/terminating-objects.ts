import { mapLimit } from "../util/map-limit.ts";
import type { Discovery } from "./discovery.ts";
import type { KubeListOptions } from "./kube-client.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "./object-ref.ts";

const LISTS_AT_ONCE = 8;

/** An object that is being deleted and waits for its finalizers. */
export interface TerminatingObject extends ObjectRef {
  finalizers: string[];
}

/** The part of a client that {@link findTerminatingObjects} uses. */
interface Lister {
  readonly discovery: Discovery;
  list(apiVersion: string, kind: string, options?: KubeListOptions): Promise<KubeObject[]>;
}

/** The objects of a namespace that are being deleted and wait for their finalizers. Kinds that cannot be listed are left out. */
export async function findTerminatingObjects(kube: Lister, namespace: string): Promise<TerminatingObject[]> {
  const resources = (await kube.discovery.all()).filter((each) => each.isNamespaced && each.verbs.includes("list"));
  const lists = await mapLimit(resources, LISTS_AT_ONCE, ({ apiVersion, kind }) =>
    kube.list(apiVersion, kind, { namespace }).catch(() => []),
  );
  const found = new Map<string, TerminatingObject>();
  for (const object of lists.flat()) {
    const { uid, deletionTimestamp, finalizers = [] } = object.metadata;
    // A kind with several versions lists the same object several times.
    if (deletionTimestamp === undefined || finalizers.length === 0 || found.has(uid ?? "")) continue;
    found.set(uid ?? "", { ...toObjectRef(object), finalizers });
  }
  return [...found.values()];
}
