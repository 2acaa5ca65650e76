import { waitForCrd } from "../kube/crd-ready.ts";
import { groupOf, type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { ApiStatusError } from "../kube/status.ts";
import { removeNamespace } from "../kube/test-namespace.ts";
import { waitForAbsence } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { CRD_TIMEOUT_MS, NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { mapLimit } from "../util/map-limit.ts";
import { checkMayCreate } from "./cluster-scoped.ts";
import {
  deadHolders,
  findHolder,
  type HolderKind,
  type HoldRegistry,
  holderToken,
  readHolds,
  writeHold,
} from "./hold-registry.ts";

// Objects that several trials may need at once (such as a chart's CRDs and Namespaces) are created by the first trial and
// removed by the last trial that needs them. An object that somebody else created is never touched.

const CRD = "CustomResourceDefinition";
const LOCK = "seatrial-holds";
const FIELD_MANAGER = "helm";
const CONCURRENCY = 8;

/** Objects that were created for a while. */
export interface Hold extends AsyncDisposable {
  /** The objects that did not exist before. */
  readonly created: ObjectRef[];
  /** The objects that the hold keeps: the created ones, and ones of other holds. */
  readonly held: ObjectRef[];
  /** The objects that the API server refused to create. */
  readonly refused: { object: KubeObject; error: ApiStatusError }[];
  /** Ends the hold: objects that nobody else holds are removed, and gone when it resolves. Safe to call twice. */
  remove(): Promise<void>;
}

export interface HoldOptions {
  /** Whether others may wait until the hold ends: only for the hold of a trial. @default "trial" */
  holder?: HolderKind | undefined;
  signal?: AbortSignal | undefined;
  /** How long one object may take to be usable or gone, in milliseconds. @default 60000, and 15000 for a Namespace */
  timeoutMs?: number | undefined;
}

/**
 * Creates objects that do not exist; CustomResourceDefinitions are served when it resolves. The API server's refusals are
 * in `refused`; when it rejects for another reason, nothing is held.
 */
export async function holdObjects(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  options: HoldOptions = {},
): Promise<Hold> {
  const call = "creating what a chart needs";
  await checkMayCreate(plane, objects, { call, signal: options.signal });
  const holder = new Holder(plane, options);
  try {
    if (objects.length > 0) await holder.holdAll(objects);
  } catch (error) {
    await holder.remove();
    throw error;
  }
  const { created, held, refused } = holder;
  const remove = () => holder.remove();
  return { created, held, refused, remove, [Symbol.asyncDispose]: remove };
}

/** Removes what killed processes held and nobody else holds. Resolves with the removed objects. */
export async function removeAbandonedHolds(plane: ControlPlane): Promise<ObjectRef[]> {
  const { kube, engine } = plane;
  if (deadHolders(await readHolds(kube)).length === 0) return [];
  await using _lock = await engine.lock(LOCK);
  const registry = await readHolds(kube);
  const dead = deadHolders(registry);
  const keys = new Set(dead.flatMap((token) => registry.get(token) ?? []));
  const refs = (await refsOf(plane, keys)).filter((ref) => !isHeldByOthers(registry, ref, dead));
  await removeUnheld(plane, refs);
  // Last: what could not be removed is found again by the next run.
  for (const token of dead) await writeHold(kube, registry, token, []);
  return refs;
}

function isHeldByOthers(registry: HoldRegistry, ref: ObjectRef, dead: readonly string[]): boolean {
  return findHolder(new Map([...registry].filter(([token]) => !dead.includes(token))), ref) !== undefined;
}

// Keys have no version: any that is served will do.
async function refsOf({ kube }: ControlPlane, keys: ReadonlySet<string>): Promise<ObjectRef[]> {
  kube.discovery.invalidate();
  const resources = await kube.discovery.all();
  const refs = await mapLimit([...keys], CONCURRENCY, async (key): Promise<ObjectRef | undefined> => {
    const resource = resources.find((each) => key.startsWith(`${groupOf(each.apiVersion)}/${each.kind}/`));
    if (resource === undefined) return undefined;
    const [namespace = "", ...name] = key
      .slice(groupOf(resource.apiVersion).length + resource.kind.length + 2)
      .split("/");
    const ref = { apiVersion: resource.apiVersion, kind: resource.kind, name: name.join("/") };
    const named = namespace === "" ? ref : { ...ref, namespace };
    return (await kube.get(named, { metadataOnly: true })) === undefined ? undefined : named;
  });
  return refs.filter((ref) => ref !== undefined);
}

async function removeUnheld(plane: ControlPlane, refs: readonly ObjectRef[], timeoutMs?: number): Promise<void> {
  const { kube } = plane;
  const remove = async (ref: ObjectRef) => {
    if (ref.kind === "Namespace")
      return removeNamespace(kube, ref.name, { timeoutMs: timeoutMs ?? NAMESPACE_TIMEOUT_MS });
    if (await kube.delete(ref)) await waitForAbsence(kube, ref, { timeoutMs: timeoutMs ?? CRD_TIMEOUT_MS });
  };
  const namespaces = refs.filter(({ kind }) => kind === "Namespace");
  const others = refs.filter(({ kind }) => kind !== "Namespace");
  // The content of a Namespace goes before the Namespace.
  await mapLimit(others, CONCURRENCY, remove);
  await mapLimit(namespaces, CONCURRENCY, remove);
  kube.discovery.invalidate();
}

class Holder {
  readonly created: ObjectRef[] = [];
  readonly held: ObjectRef[] = [];
  readonly refused: { object: KubeObject; error: ApiStatusError }[] = [];
  readonly #plane: ControlPlane;
  readonly #token: string;
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number | undefined;
  #removal: Promise<void> | undefined;

  constructor(plane: ControlPlane, { holder = "trial", signal, timeoutMs }: HoldOptions) {
    this.#plane = plane;
    this.#token = holderToken(holder);
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
  }

  async holdAll(given: readonly KubeObject[]): Promise<void> {
    const { kube, engine } = this.#plane;
    // A parent chart and its sub-chart may bring the same CustomResourceDefinition: with Helm the later one wins.
    const objects = [...new Map(given.map((object) => [objectKey(toObjectRef(object)), object])).values()];
    await using _lock = await engine.lock(LOCK, { signal: this.#signal });
    const registry = await readHolds(kube, this.#signal);
    try {
      await mapLimit(objects, CONCURRENCY, (object) => this.#hold(object, registry));
    } finally {
      // Also the objects that came before a failure: they must be found again to be removed.
      const keys = this.held.map((ref) => objectKey(ref));
      if (keys.length > 0) await writeHold(kube, registry, this.#token, keys);
    }
    const isAmong = (refs: readonly ObjectRef[], object: KubeObject) =>
      refs.some(({ kind, name }) => kind === object.kind && name === object.metadata.name);
    const crds = objects.filter((object) => object.kind === CRD && isAmong(this.held, object));
    await mapLimit(crds, CONCURRENCY, async (crd) => {
      const options = { signal: this.#signal, timeoutMs: this.#timeoutMs ?? CRD_TIMEOUT_MS };
      // A CRD that existed before may have other versions.
      const served = isAmong(this.created, crd) ? crd : await kube.get(toObjectRef(crd), { signal: this.#signal });
      if (served !== undefined) await this.#orRefused(crd, waitForCrd(kube, served, options));
    });
  }

  remove(): Promise<void> {
    this.#removal ??= this.#removeAll();
    return this.#removal;
  }

  async #hold(object: KubeObject, registry: HoldRegistry): Promise<void> {
    const { kube } = this.#plane;
    const ref = toObjectRef(object);
    let existing = await kube.get(ref, { signal: this.#signal, metadataOnly: true });
    if (existing?.metadata.deletionTimestamp !== undefined) {
      await waitForAbsence(
        kube,
        { ...ref, uid: existing.metadata.uid },
        { signal: this.#signal, timeoutMs: this.#timeoutMs ?? CRD_TIMEOUT_MS },
      );
      existing = undefined;
    }
    if (existing !== undefined && findHolder(registry, ref) === undefined) return;
    if (existing === undefined && !(await this.#create(object))) return;
    this.held.push(ref);
    if (existing === undefined) this.created.push(ref);
  }

  #create(object: KubeObject): Promise<boolean> {
    return this.#orRefused(
      object,
      this.#plane.kube.create(object, { fieldManager: FIELD_MANAGER, signal: this.#signal }),
    );
  }

  async #orRefused(object: KubeObject, request: Promise<unknown>): Promise<boolean> {
    try {
      await request;
      return true;
    } catch (error) {
      if (!(error instanceof ApiStatusError) || error.code !== "SEATRIAL_REJECTED") throw error;
      this.refused.push({ object, error });
      return false;
    }
  }

  async #removeAll(): Promise<void> {
    if (this.held.length === 0) return;
    const { kube, engine } = this.#plane;
    await using _lock = await engine.lock(LOCK);
    const registry = await readHolds(kube);
    await writeHold(kube, registry, this.#token, []);
    const unheld = this.held.filter((ref) => findHolder(registry, ref) === undefined);
    await removeUnheld(this.#plane, unheld, this.#timeoutMs);
  }
}
