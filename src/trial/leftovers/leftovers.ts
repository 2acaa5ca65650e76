import { setTimeout as delay } from "node:timers/promises";
import { readCrds } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { formatObjectRef, type ObjectRef, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { isNotFound } from "../../kube/status.ts";
import { removeNamespace } from "../../kube/test-namespace.ts";
import { waitForAbsence } from "../../kube/wait.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import type { TemplateResult } from "../../release/results.ts";
import { Deadline } from "../../util/deadline.ts";
import { mapLimit } from "../../util/map-limit.ts";
import type { KeptObject } from "../trial-result.ts";
import { goesLater, isBeingCollected, isOwned, isRemade } from "./going-objects.ts";
import { judgeLeftover, whyKept } from "./judge-leftover.ts";
import { type Swept, sweep } from "./sweep.ts";

// Garbage collection needs some round trips of its controllers, each a fraction of a second.
const COLLECTION_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 50;

/** Where to look for objects that a release left behind. */
export interface LeftoverSearch {
  plane: ControlPlane;
  namespace: string;
  releaseName: string;
  template: TemplateResult;
  /** Objects of the release outside its namespace. */
  outside: readonly ObjectRef[];
  /** The keys of objects that existed before the release: it does not have to remove them. */
  before: ReadonlySet<string>;
  signal?: AbortSignal | undefined;
}

/** What still exists after an uninstall. */
export interface Leftovers {
  /** One for each object that should be gone. */
  findings: Finding[];
  /** Objects that stay by design. */
  kept: KeptObject[];
}

/**
 * The objects that still exist after an uninstall: everything in the release's namespace but the objects that Kubernetes
 * creates in every namespace, and objects of the release elsewhere. Waits for the garbage collector first. The objects of
 * `crds/` are left out: Helm never removes them.
 */
export async function findLeftovers(search: LeftoverSearch): Promise<Leftovers> {
  const deadline = new Deadline(COLLECTION_TIMEOUT_MS);
  const { kube } = search.plane;
  // The release may have added kinds that are not in the cache yet.
  kube.discovery.invalidate();
  const crds = new Set(readCrds(search.template).map(({ object }) => objectKey(toObjectRef(object))));
  while (true) {
    const isLastLook = deadline.isExpired;
    const { objects, isIncomplete } = await look(search);
    const remade = objects.filter(isRemade);
    await mapLimit(remade, 8, (object) => kube.delete(toObjectRef(object)));
    const found = objects.filter((object) => !crds.has(objectKey(toObjectRef(object))) && !remade.includes(object));
    const uids = new Set(found.map(({ metadata }) => metadata.uid));
    if ((!isIncomplete && !found.some((object) => isBeingCollected(object, uids))) || isLastLook) {
      // An object whose owner still exists, such as the Pod of a hook's Job, goes with its owner.
      const own = found.filter((object) => !isOwned(object, uids) && !goesLater(object));
      const judged = own.map((object) => ({ object, reason: whyKept(object, search.template) }));
      return {
        findings: judged.flatMap(({ object, reason }) =>
          reason === undefined ? judgeLeftover(object, search.template) : [],
        ),
        kept: judged.flatMap(({ object, reason }) =>
          reason === undefined ? [] : { object: toObjectRef(object), reason },
        ),
      };
    }
    await delay(POLL_INTERVAL_MS, undefined, { signal: search.signal });
    if (isIncomplete) kube.discovery.invalidate();
  }
}

/** Removes objects outside the namespace, which would make the next trial fail; they are gone when it resolves. */
export async function removeOutside(kube: KubeClient, refs: readonly ObjectRef[]): Promise<void> {
  // In the reverse order of their creation: the content of a Namespace before it, objects before their CRD.
  for (const ref of [...refs].reverse()) {
    if (ref.kind === "Namespace") await removeNamespace(kube, ref.name);
    else if (await kube.delete(ref)) await waitForAbsence(kube, ref, { timeoutMs: COLLECTION_TIMEOUT_MS });
  }
  kube.discovery.invalidate();
}

/** Removes the finalizers of objects, so that they can go. */
export async function removeFinalizers(kube: KubeClient, refs: readonly ObjectRef[]): Promise<void> {
  await mapLimit(refs, 8, async (ref) => {
    const finalizers = (await kube.get(ref))?.metadata.finalizers ?? [];
    if (finalizers.length === 0) return;
    await kube.patch(ref, { metadata: { finalizers: null } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  });
}

/** The keys of the objects that exist. */
export async function existingKeys(
  kube: KubeClient,
  refs: readonly ObjectRef[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const objects = await mapLimit(refs, 8, (ref) => kube.get(ref, { signal }));
  return new Set(objects.flatMap((object) => (object === undefined ? [] : [objectKey(toObjectRef(object))])));
}

async function look({ plane, namespace, releaseName, outside, before, signal }: LeftoverSearch): Promise<Swept> {
  const [swept, named] = await Promise.all([
    sweep(plane, { namespace, releaseName, signal }),
    mapLimit(outside, 8, (ref) => plane.kube.get(ref, { signal })),
  ]);
  const all = [...swept.objects, ...named.filter((object) => object !== undefined)];
  const unique = new Map(all.map((object) => [object.metadata.uid ?? formatObjectRef(toObjectRef(object)), object]));
  const objects = [...unique.values()].filter((object) => !before.has(objectKey(toObjectRef(object))));
  return { objects, isIncomplete: swept.isIncomplete };
}
