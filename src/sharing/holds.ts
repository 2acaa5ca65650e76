import { waitForCrd } from "../kube/crd-ready.ts";
import { mapLimit } from "../kube/map-limit.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import { ApiStatusError } from "../kube/status.ts";
import { removeNamespace } from "../kube/test-namespace.ts";
import { waitForAbsence } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import {
  findHolder,
  type HolderKind,
  type HoldRegistry,
  holderToken,
  holdKey,
  readHolds,
  writeHold,
} from "./hold-registry.ts";

// Objects that several trials may need at once (a chart's CRDs and Namespaces, say) are put in place by the first, and
// removed by the last that needs them. An object that somebody else made is never touched.

const CRD = "CustomResourceDefinition";
const LOCK = "seatrial-holds";
const FIELD_MANAGER = "helm";
const CONCURRENCY = 8;

/** Objects that were put in place. */
export interface Hold extends AsyncDisposable {
  /** Those that did not exist before. */
  readonly created: ObjectRef[];
  /** Those that the API server refused to create. */
  readonly refused: { object: KubeObject; error: ApiStatusError }[];
  /** Lets go of the objects; those that nobody else holds are removed, and gone when it resolves. Safe to call twice. */
  release(): Promise<void>;
}

export interface HoldOptions {
  /** Whether others may wait until they are let go: only for those of a trial. @default "trial" */
  holder?: HolderKind | undefined;
  signal?: AbortSignal | undefined;
  /** How long one object may take to be usable or gone, in milliseconds. @default 15000 */
  timeoutMs?: number | undefined;
}

/**
 * Puts objects in place that do not exist; CustomResourceDefinitions are served when it resolves. The API server's
 * refusals are in `refused`; when it rejects for another reason, nothing is held.
 */
export async function holdObjects(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  options: HoldOptions = {},
): Promise<Hold> {
  const holder = new Holder(plane, options);
  try {
    if (objects.length > 0) await holder.holdAll(objects);
  } catch (error) {
    await holder.release();
    throw error;
  }
  const { created, refused } = holder;
  const release = () => holder.release();
  return { created, refused, release, [Symbol.asyncDispose]: release };
}

class Holder {
  readonly created: ObjectRef[] = [];
  readonly refused: { object: KubeObject; error: ApiStatusError }[] = [];
  readonly #plane: ControlPlane;
  readonly #token: string;
  readonly #held: ObjectRef[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  #releasing: Promise<void> | undefined;

  constructor(plane: ControlPlane, { holder = "trial", signal, timeoutMs = NAMESPACE_TIMEOUT_MS }: HoldOptions) {
    this.#plane = plane;
    this.#token = holderToken(holder);
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
  }

  async holdAll(given: readonly KubeObject[]): Promise<void> {
    const { kube, engine } = this.#plane;
    // A parent chart and its sub-chart may bring the same CustomResourceDefinition: with Helm the later one stays.
    const objects = [...new Map(given.map((object) => [holdKey(toObjectRef(object)), object])).values()];
    await using _lock = await engine.lock(LOCK, { signal: this.#signal });
    const registry = await readHolds(kube, this.#signal);
    try {
      await mapLimit(objects, CONCURRENCY, (object) => this.#hold(object, registry));
    } finally {
      // Also of what came before a failure: it must be found again to be removed.
      if (this.#held.length > 0) await writeHold(kube, registry, this.#token, this.#held.map(holdKey));
    }
    const isAmong = (refs: readonly ObjectRef[], object: KubeObject) =>
      refs.some(({ kind, name }) => kind === object.kind && name === object.metadata.name);
    const crds = objects.filter((object) => object.kind === CRD && isAmong(this.#held, object));
    await mapLimit(crds, CONCURRENCY, async (crd) => {
      const options = { signal: this.#signal, timeoutMs: this.#timeoutMs };
      // One that was there before may have other versions.
      const inPlace = isAmong(this.created, crd) ? crd : await kube.get(toObjectRef(crd), { signal: this.#signal });
      if (inPlace !== undefined) await waitForCrd(kube, inPlace, options);
    });
  }

  release(): Promise<void> {
    this.#releasing ??= this.#releaseAll();
    return this.#releasing;
  }

  async #hold(object: KubeObject, registry: HoldRegistry): Promise<void> {
    const { kube } = this.#plane;
    const ref = toObjectRef(object);
    let existing = await kube.get(ref, { signal: this.#signal, metadataOnly: true });
    if (existing?.metadata.deletionTimestamp !== undefined) {
      await waitForAbsence(
        kube,
        { ...ref, uid: existing.metadata.uid },
        { signal: this.#signal, timeoutMs: this.#timeoutMs },
      );
      existing = undefined;
    }
    if (existing !== undefined && findHolder(registry, ref) === undefined) return;
    if (existing === undefined && !(await this.#create(object))) return;
    this.#held.push(ref);
    if (existing === undefined) this.created.push(ref);
  }

  async #create(object: KubeObject): Promise<boolean> {
    try {
      await this.#plane.kube.create(object, { fieldManager: FIELD_MANAGER, signal: this.#signal });
      return true;
    } catch (error) {
      if (!(error instanceof ApiStatusError) || error.code !== "SEATRIAL_REJECTED") throw error;
      this.refused.push({ object, error });
      return false;
    }
  }

  async #releaseAll(): Promise<void> {
    if (this.#held.length === 0) return;
    const { kube, engine } = this.#plane;
    await using _lock = await engine.lock(LOCK);
    const registry = await readHolds(kube);
    await writeHold(kube, registry, this.#token, []);
    const unheld = this.#held.filter((ref) => findHolder(registry, ref) === undefined);
    // What a Namespace holds goes before it.
    await mapLimit(
      unheld.filter(({ kind }) => kind !== "Namespace"),
      CONCURRENCY,
      (ref) => this.#remove(ref),
    );
    await mapLimit(
      unheld.filter(({ kind }) => kind === "Namespace"),
      CONCURRENCY,
      (ref) => this.#remove(ref),
    );
    kube.discovery.invalidate();
  }

  async #remove(ref: ObjectRef): Promise<void> {
    const { kube } = this.#plane;
    const timeoutMs = this.#timeoutMs;
    if (ref.kind === "Namespace") return removeNamespace(kube, ref.name, { timeoutMs });
    if (await kube.delete(ref)) await waitForAbsence(kube, ref, { timeoutMs });
  }
}
