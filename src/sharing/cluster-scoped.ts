import { type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";

/** The objects that do not belong to a namespace, each once. Kinds that the API server does not serve are left out. */
export async function clusterScoped(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<ObjectRef[]> {
  const refs = new Map<string, ObjectRef>();
  for (const object of objects) {
    if (object.metadata.name === undefined || object.metadata.name === "") continue;
    const resource = await plane.kube.discovery.find(object.apiVersion, object.kind, signal);
    if (resource === undefined || resource.isNamespaced) continue;
    const { apiVersion, kind, name } = toObjectRef(object);
    refs.set(objectKey({ apiVersion, kind, name }), { apiVersion, kind, name });
  }
  return [...refs.values()];
}

/** Throws `SEATRIAL_UNSUPPORTED` when the control plane may not create one of the objects; `call` is named in the message. */
export async function checkMayCreate(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  { call, signal }: { call: string; signal: AbortSignal | undefined },
): Promise<void> {
  if (objects.length === 0) return;
  requireCapability(plane, "installs", call, objects.map(toObjectRef));
  if (plane.capabilities.clusterScoped) return;
  const refs = await clusterScoped(plane, objects, signal);
  if (refs.length > 0) requireCapability(plane, "clusterScoped", call, refs);
}
