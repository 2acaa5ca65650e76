import type { ReleaseId } from "../helm/annotations.ts";
import { type ObjectRef, objectKey } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { removableObjects } from "../trial/leftovers/created-objects.ts";
import { existingKeys, removeFinalizers, removeOutside } from "../trial/leftovers/leftovers.ts";
import { mapLimit } from "../util/map-limit.ts";

const CONCURRENCY = 8;

/** What a release creates outside its namespace: hooks, for example, that Helm does not remove with it. */
export class CreatedOutside {
  readonly #plane: ControlPlane;
  readonly #refs: readonly ObjectRef[];
  #before: ReadonlySet<string> = new Set();
  /** The uids of the created objects by their keys: another release may have an object of the same name later. */
  #uids: ReadonlyMap<string, string | undefined> = new Map();

  /** @param refs what the release may create. */
  constructor(plane: ControlPlane, refs: readonly ObjectRef[]) {
    this.#plane = plane;
    this.#refs = refs;
  }

  /** Remembers what exists before the release. */
  async begin(signal: AbortSignal | undefined): Promise<void> {
    this.#before = await existingKeys(this.#plane.kube, this.#refs, signal);
  }

  /** Remembers what the release has created. */
  async observe(): Promise<void> {
    const created = this.#refs.filter((ref) => !this.#before.has(objectKey(ref)));
    const uids = await mapLimit(created, CONCURRENCY, async (ref) => [objectKey(ref), await this.#uidOf(ref)] as const);
    this.#uids = new Map(uids);
  }

  /** Removes what is still there of it; it is gone when it resolves. */
  async remove(release: ReleaseId): Promise<void> {
    const { kube } = this.#plane;
    const left = await mapLimit(this.#refs, CONCURRENCY, async (ref) => {
      const uid = this.#uids.get(objectKey(ref));
      return uid !== undefined && (await this.#uidOf(ref)) === uid ? [ref] : [];
    });
    const removable = await removableObjects(this.#plane, left.flat(), release);
    await removeFinalizers(kube, removable);
    await removeOutside(kube, removable);
  }

  async #uidOf(ref: ObjectRef): Promise<string | undefined> {
    return (await this.#plane.kube.get(ref, { metadataOnly: true }))?.metadata.uid;
  }
}
