import { pollUntil } from "../util/poll.ts";
import type { KubeClient } from "./kube-client.ts";
import { formatObjectRef, type KubeObject, type ObjectRef } from "./object-ref.ts";

const POLL_INTERVAL_MS = 25;

export interface KubeWaitOptions {
  /** In milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface AbsenceOptions extends KubeWaitOptions {
  /** Whether an object of this name is still the same object, judged by its metadata. @default always */
  isSame?: ((object: KubeObject) => boolean) | undefined;
}

/** Resolves when the object is gone, or another object has its name. Rejects with `SEATRIAL_TIMEOUT`. */
export async function waitForAbsence(
  kube: KubeClient,
  ref: ObjectRef & { uid?: string | undefined },
  { isSame, ...options }: AbsenceOptions,
): Promise<void> {
  let last: KubeObject | undefined;
  const probe = async () => {
    last = await kube.get(ref, { signal: options.signal, metadataOnly: true });
    if (last === undefined || (ref.uid !== undefined && last.metadata.uid !== ref.uid)) return true;
    return isSame?.(last) === false ? true : undefined;
  };
  await pollUntil(probe, {
    ...options,
    intervalMs: POLL_INTERVAL_MS,
    waitingFor: `${formatObjectRef(ref)} to be gone`,
    lastSeen: () => describeRemaining(last),
  });
}

/** Resolves with the object when `isDone` returns true for it. Rejects with `SEATRIAL_TIMEOUT`. */
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
