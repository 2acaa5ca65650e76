import type { ReleaseId } from "../../helm/annotations.ts";
import { formatObjectRef, type KubeObject, type ObjectRef, objectKey } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { requireCapability } from "../../plane/require-capability.ts";
import { mapLimit } from "../../util/map-limit.ts";
import { removeAbandonedOwner } from "../abandoned.ts";
import { clusterScoped } from "../cluster-scoped.ts";
import { findOwner } from "../ownership.ts";
import { type Blocker, type GateOptions, openGate } from "./gate.ts";

const CONCURRENCY = 16;

/**
 * Test files run at the same time, each in a namespace of its own, but ClusterRoles and the like have one name for all.
 * This waits until no other trial has an object of these names, and keeps other trials out until the gate is disposed of,
 * which must be when Helm has created the objects. Objects of this process are not waited for: the caller itself would
 * have to remove them, and Helm reports what is wrong. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function openInstallGate(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  release: ReleaseId,
  options: GateOptions,
): Promise<AsyncDisposable> {
  const refs = await clusterScoped(plane, objects, options.signal);
  if (refs.length > 0) requireCapability(plane, "clusterScoped", "installChart", refs);
  const requests = refs.map((ref) => ({ name: objectKey(ref) }));
  return openGate(plane, requests, () => findBlocker(plane, refs, release, options.signal), options);
}

async function findBlocker(
  plane: ControlPlane,
  refs: readonly ObjectRef[],
  release: ReleaseId,
  signal: AbortSignal | undefined,
): Promise<Blocker | undefined> {
  const blockers = await mapLimit(refs, CONCURRENCY, async (ref): Promise<Blocker | undefined> => {
    const what = formatObjectRef(ref);
    const object = await plane.kube.get(ref, { signal, metadataOnly: true });
    if (object === undefined) return undefined;
    if (object.metadata.deletionTimestamp !== undefined) return { what, description: "it is being deleted" };
    // An object that is read as metadata alone has the kind of such an answer.
    const owner = await findOwner(plane, { ...object, apiVersion: ref.apiVersion, kind: ref.kind }, release);
    if (owner.kind === "abandoned") {
      await removeAbandonedOwner(plane, owner);
      return { what, description: "it is being removed, because the process that created it has ended" };
    }
    return owner.kind === "trial" ? { what, description: owner.description } : undefined;
  });
  return blockers.find((blocker) => blocker !== undefined);
}
