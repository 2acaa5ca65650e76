import { setTimeout as delay } from "node:timers/promises";
import type { EngineLock } from "../engine/engine-client.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { mapLimit } from "../kube/map-limit.ts";
import { formatObjectRef, type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { Deadline } from "../util/deadline.ts";
import { throwIfAborted } from "../util/race.ts";
import { removeAbandonedNamespace } from "./abandoned.ts";
import { findOwner } from "./ownership.ts";

const CONCURRENCY = 16;
const POLL_INTERVAL_MS = 50;

/** Exclusive access to cluster-scoped names until it is disposed of. */
export type InstallGate = AsyncDisposable;

/**
 * Test files run at the same time, each in a namespace of its own, but ClusterRoles and their like have one name for
 * all. This waits until no other trial has an object of these names, and keeps others out until the gate is disposed of,
 * which must be when Helm has created them. Objects of this process are not waited for: the caller itself would have to
 * remove them, and Helm tells what is wrong. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function openInstallGate(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  release: { namespace: string; releaseName: string },
  options: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<InstallGate> {
  const refs = await clusterScoped(plane, objects, options.signal);
  const deadline = new Deadline(options.timeoutMs);
  while (true) {
    const locks = await lockAll(plane, refs, options.signal);
    const blocker = await findBlocker(plane, refs, release, options.signal).catch(async (error: unknown) => {
      await releaseAll(locks);
      throw error;
    });
    if (blocker === undefined) return { [Symbol.asyncDispose]: () => releaseAll(locks) };
    await releaseAll(locks);
    if (deadline.isExpired) {
      throw new TimeoutError({
        waitedMs: deadline.elapsedMs,
        waitingFor: `another trial to remove ${formatObjectRef(blocker.ref)}`,
        lastSeen: blocker.description,
        hint: "dispose of releases (await using), or give the charts release names that do not collide",
      });
    }
    throwIfAborted(options.signal);
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
    refs.set(`${kind}/${name}`, { apiVersion, kind, name });
  }
  return [...refs.values()];
}

// In one order everywhere, so that two trials never wait for each other.
async function lockAll(
  plane: ControlPlane,
  refs: readonly ObjectRef[],
  signal: AbortSignal | undefined,
): Promise<EngineLock[]> {
  const names = refs.map(({ kind, name }) => `seatrial-object/${kind}/${name}`).sort();
  const locks: EngineLock[] = [];
  try {
    for (const name of names) locks.push(await plane.engine.lock(name, { signal }));
    return locks;
  } catch (error) {
    await releaseAll(locks);
    throw error;
  }
}

async function releaseAll(locks: readonly EngineLock[]): Promise<void> {
  await Promise.all(locks.map((lock) => lock.unlock()));
}

async function findBlocker(
  plane: ControlPlane,
  refs: readonly ObjectRef[],
  release: { namespace: string; releaseName: string },
  signal: AbortSignal | undefined,
): Promise<{ ref: ObjectRef; description: string } | undefined> {
  const blockers = await mapLimit(refs, CONCURRENCY, async (ref) => {
    const object = await plane.kube.get(ref, { signal, metadataOnly: true });
    if (object === undefined) return undefined;
    if (object.metadata.deletionTimestamp !== undefined) return { ref, description: "it is being deleted" };
    // Read as metadata alone, it has the kind of such an answer.
    const owner = await findOwner(plane, { ...object, apiVersion: ref.apiVersion, kind: ref.kind }, release);
    if (owner.kind === "abandoned") {
      await removeAbandonedNamespace(plane, owner.namespace);
      return { ref, description: "it is being removed, because the process that made it has ended" };
    }
    return owner.kind === "trial" ? { ref, description: owner.description } : undefined;
  });
  return blockers.find((blocker) => blocker !== undefined);
}
