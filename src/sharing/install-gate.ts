import { setTimeout as delay } from "node:timers/promises";
import { TimeoutError } from "../errors/timeout-error.ts";
import type { ReleaseId } from "../helm/annotations.ts";
import { formatObjectRef, type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { Deadline } from "../util/deadline.ts";
import { mapLimit } from "../util/map-limit.ts";
import { throwIfAborted } from "../util/race.ts";
import { removeAbandonedNamespace } from "./abandoned.ts";
import { lockAll } from "./lock-all.ts";
import { findOwner } from "./ownership.ts";

const CONCURRENCY = 16;
const POLL_INTERVAL_MS = 50;

interface Blocker {
  ref: ObjectRef;
  description: string;
}

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
  options: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<AsyncDisposable> {
  const { timeoutMs, signal } = options;
  const refs = await clusterScoped(plane, objects, signal);
  // In the same order everywhere, so that two trials never wait for each other.
  const requests = refs.map((ref) => ({ name: `seatrial-object/${objectKey(ref)}` }));
  requests.sort((one, other) => (one.name < other.name ? -1 : 1));
  const deadline = new Deadline(timeoutMs);
  while (true) {
    const gate = await lockAll(plane, requests, signal);
    const blocker = await findBlocker(plane, refs, release, signal).catch(async (error: unknown) => {
      await gate[Symbol.asyncDispose]();
      throw error;
    });
    if (blocker === undefined) return gate;
    await gate[Symbol.asyncDispose]();
    if (deadline.isExpired) {
      throw new TimeoutError({
        waitedMs: deadline.elapsedMs,
        waitingFor: `another trial to remove ${formatObjectRef(blocker.ref)}`,
        lastSeen: blocker.description,
        hint: "dispose of releases (await using), or give the charts release names that do not collide",
      });
    }
    throwIfAborted(signal, `another trial to remove ${formatObjectRef(blocker.ref)} (${blocker.description})`);
    await delay(POLL_INTERVAL_MS);
  }
}

async function clusterScoped(
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

async function findBlocker(
  plane: ControlPlane,
  refs: readonly ObjectRef[],
  release: ReleaseId,
  signal: AbortSignal | undefined,
): Promise<Blocker | undefined> {
  const blockers = await mapLimit(refs, CONCURRENCY, async (ref): Promise<Blocker | undefined> => {
    const object = await plane.kube.get(ref, { signal, metadataOnly: true });
    if (object === undefined) return undefined;
    if (object.metadata.deletionTimestamp !== undefined) return { ref, description: "it is being deleted" };
    // An object that is read as metadata alone has the kind of such an answer.
    const owner = await findOwner(plane, { ...object, apiVersion: ref.apiVersion, kind: ref.kind }, release);
    if (owner.kind === "abandoned") {
      await removeAbandonedNamespace(plane, owner.namespace);
      return { ref, description: "it is being removed, because the process that created it has ended" };
    }
    return owner.kind === "trial" ? { ref, description: owner.description } : undefined;
  });
  return blockers.find((blocker) => blocker !== undefined);
}
