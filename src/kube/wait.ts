import { pollUntil } from "../util/poll.ts";
import type { KubeClient } from "./kube-client.ts";
import { formatObjectRef, type KubeObject, type ObjectRef } from "./object-ref.ts";

const POLL_INTERVAL_MS = 25;

export interface KubeWaitOptions {
  /** In milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Resolves when the object is gone, or replaced by another of its name. Rejects with `SEATRIAL_TIMEOUT`. */
export async function waitForAbsence(
  kube: KubeClient,
  ref: ObjectRef & { uid?: string | undefined },
  options: KubeWaitOptions,
): Promise<void> {
  let last: KubeObject | undefined;
  const probe = async () => {
    last = await kube.get(ref, { signal: options.signal, metadataOnly: true });
    const isGone = last === undefined || (ref.uid !== undefined && last.metadata.uid !== ref.uid);
    return isGone ? true : undefined;
  };
  await pollUntil(probe, {
    ...options,
    intervalMs: POLL_INTERVAL_MS,
    waitingFor: `${formatObjectRef(ref)} to be gone`,
    lastSeen: () => describeRemaining(last),
  });
}

/** Resolves with the object when `isDone` says so. Rejects with `SEATRIAL_TIMEOUT`. */
export async function waitForObject(
  kube: KubeClient,
  ref: ObjectRef,
  isDone: (object: KubeObject) => boolean,
  options: KubeWaitOptions & { waitingFor: string },
): Promise<KubeObject> {
  let last: KubeObject | undefined;
  const probe = async () => {
    last = await kube.get(ref, { signal: options.signal });
    return last !== undefined && isDone(last) ? last : undefined;
  };
  return pollUntil(probe, {
    ...options,
    intervalMs: POLL_INTERVAL_MS,
    lastSeen: () => (last === undefined ? "it does not exist" : JSON.stringify(last.status ?? {}).slice(0, 300)),
  });
}

function describeRemaining(object: KubeObject | undefined): string | undefined {
  if (object === undefined) return undefined;
  const { deletionTimestamp, finalizers } = object.metadata;
  if (deletionTimestamp === undefined) return "it exists and is not being deleted";
  return `it is being deleted, finalizers: ${(finalizers ?? []).join(", ") || "none"}`;
}
