import { setTimeout as delay } from "node:timers/promises";
import type { Finding } from "../findings/finding.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { mapLimit } from "../kube/map-limit.ts";
import { formatObjectRef, type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import { isNotFound } from "../kube/status.ts";
import { removeNamespace } from "../kube/test-namespace.ts";
import { waitForAbsence } from "../kube/wait.ts";
import type { TemplateResult } from "../release/results.ts";
import { readCrds } from "../release/template-chart.ts";
import { claimKey } from "../sharing/cluster-names.ts";
import { Deadline } from "../util/deadline.ts";
import { judgeLeftover } from "./judge-leftover.ts";
import { type Swept, sweep } from "./sweep.ts";

// What the garbage collector has to remove needs some round trips of its controllers, each a fraction of a second.
const COLLECTION_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 50;

/** Where to look for what a release left behind. */
export interface LeftoverScope {
  kube: KubeClient;
  namespace: string;
  releaseName: string;
  template: TemplateResult;
  /** Objects of the release outside its namespace. */
  outside: readonly ObjectRef[];
  /** Objects that were there before the release: nobody expects their removal. */
  before: ReadonlySet<string>;
  signal?: AbortSignal | undefined;
}

/** An object that is still there, and what to say of it. */
export interface Leftover {
  ref: ObjectRef;
  finding: Finding;
}

/**
 * What is still there after an uninstall: everything in the release's namespace but what Kubernetes puts into each one, and
 * objects of the release elsewhere. Waits for the garbage collector first. `crds/` is left out: Helm never removes it.
 */
export async function findLeftovers(scope: LeftoverScope): Promise<Leftover[]> {
  const deadline = new Deadline(COLLECTION_TIMEOUT_MS);
  // The release may have brought kinds that nobody has asked for yet.
  scope.kube.discovery.invalidate();
  const crds = new Set(readCrds(scope.template).map(({ object }) => claimKey(toObjectRef(object))));
  while (true) {
    const isLastLook = deadline.isExpired;
    const { objects, isUnsettled } = await look(scope);
    const found = objects.filter((object) => !crds.has(claimKey(toObjectRef(object))));
    const uids = new Set(found.map(({ metadata }) => metadata.uid));
    if ((!isUnsettled && !found.some((object) => isBeingCollected(object, uids))) || isLastLook) {
      // What belongs to something that is there stays with it: the Pod of a hook's Job.
      const own = found.filter((object) => !isOwned(object, uids));
      return own.map((object) => ({ ref: toObjectRef(object), finding: judgeLeftover(object, scope.template) }));
    }
    await delay(POLL_INTERVAL_MS, undefined, { signal: scope.signal });
    if (isUnsettled) scope.kube.discovery.invalidate();
  }
}

/** Removes objects outside the namespace, which would stand in the way of the next trial; they are gone when it resolves. */
export async function removeOutside(kube: KubeClient, refs: readonly ObjectRef[]): Promise<void> {
  // In the opposite order of their making: what is in a Namespace before it, objects before their CRD.
  for (const ref of [...refs].reverse()) {
    if (ref.kind === "Namespace") await removeNamespace(kube, ref.name);
    else if (await kube.delete(ref)) await waitForAbsence(kube, ref, { timeoutMs: COLLECTION_TIMEOUT_MS });
  }
  kube.discovery.invalidate();
}

/** Lets objects go that are held by a finalizer; those that are not are left alone. */
export async function removeFinalizers(kube: KubeClient, refs: readonly ObjectRef[]): Promise<void> {
  await mapLimit(refs, 8, async (ref) => {
    const finalizers = (await kube.get(ref))?.metadata.finalizers ?? [];
    if (finalizers.length === 0) return;
    await kube.patch(ref, { metadata: { finalizers: null } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  });
}

/** Which of these objects exist, as keys. */
export async function existingKeys(
  kube: KubeClient,
  refs: readonly ObjectRef[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const objects = await mapLimit(refs, 8, (ref) => kube.get(ref, { signal }));
  return new Set(objects.flatMap((object) => (object === undefined ? [] : [claimKey(toObjectRef(object))])));
}

async function look({ kube, namespace, releaseName, outside, before, signal }: LeftoverScope): Promise<Swept> {
  const [swept, claimed] = await Promise.all([
    sweep(kube, { namespace, releaseName, signal }),
    mapLimit(outside, 8, (ref) => kube.get(ref, { signal })),
  ]);
  const all = [...swept.objects, ...claimed.filter((object) => object !== undefined)];
  const unique = new Map(all.map((object) => [object.metadata.uid ?? formatObjectRef(toObjectRef(object)), object]));
  const objects = [...unique.values()].filter((object) => !before.has(claimKey(toObjectRef(object))));
  return { objects, isUnsettled: swept.isUnsettled };
}

type Uids = ReadonlySet<string | undefined>;

function isBeingCollected(object: KubeObject, present: Uids): boolean {
  const { deletionTimestamp, ownerReferences = [] } = object.metadata;
  return deletionTimestamp !== undefined || (ownerReferences.length > 0 && !isOwned(object, present));
}

function isOwned({ metadata }: KubeObject, present: Uids): boolean {
  return (metadata.ownerReferences ?? []).some(({ uid }) => present.has(uid));
}
