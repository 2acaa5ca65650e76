import { releaseDocuments } from "../findings/release-documents.ts";
import { isKept } from "../helm/annotations.ts";
import type { HelmRelease } from "../helm/types.ts";
import { type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { mapLimit } from "../util/map-limit.ts";

const CONCURRENCY = 16;
const MAX_OWNER_DEPTH = 4;

/** An object of a release, and whether Helm keeps it when the release is uninstalled. */
export interface ReleaseRef extends ObjectRef {
  isHook: boolean;
  isKept: boolean;
}

/** The objects that a release's manifest and hooks name, with their namespaces. */
export async function releaseRefs(plane: ControlPlane, release: HelmRelease): Promise<ReleaseRef[]> {
  const manifestCount = releaseDocuments({ manifest: release.manifest, hooks: [] }).length;
  const documents = releaseDocuments(release);
  const refs: ReleaseRef[] = [];
  for (const [index, { object, problem }] of documents.entries()) {
    if (problem !== undefined || object.metadata.name === undefined) continue;
    const resource = await plane.kube.discovery.find(object.apiVersion, object.kind);
    const { apiVersion, kind, name } = toObjectRef(object);
    const ref: ReleaseRef = {
      apiVersion,
      kind,
      name,
      isHook: index >= manifestCount,
      isKept: isKept(object.metadata.annotations),
    };
    // A kind that is no longer served has no objects.
    if (resource === undefined) continue;
    refs.push(resource.isNamespaced ? { ...ref, namespace: object.metadata.namespace ?? release.namespace } : ref);
  }
  return refs;
}

/** The objects as the API server has them; missing objects are left out. */
export async function fetchObjects(plane: ControlPlane, refs: readonly ObjectRef[]): Promise<KubeObject[]> {
  const unique = [...new Map(refs.map((ref) => [objectKey(ref), ref])).values()];
  const found = await mapLimit(unique, CONCURRENCY, (ref) => plane.kube.get(ref));
  return found.filter((object) => object !== undefined);
}

/** Every object of this kind in the release: those that its manifest and hooks name, then those of controllers. */
export async function findObjects(plane: ControlPlane, release: HelmRelease, kind: string): Promise<KubeObject[]> {
  const refs = await releaseRefs(plane, release);
  const ofKind = refs.filter((ref) => ref.kind === kind);
  const [named, owned] = await Promise.all([
    fetchObjects(plane, ofKind),
    ownedObjects(plane, refs, release.namespace, kind),
  ]);
  const uids = new Set(named.map(({ metadata }) => metadata.uid));
  return [...named, ...owned.filter(({ metadata }) => !uids.has(metadata.uid))];
}

/**
 * Objects of a kind in the release's namespaces that controllers created for the release, such as the Pods of a Deployment:
 * their owners, or the owners of these owners, are objects of the release.
 */
async function ownedObjects(
  plane: ControlPlane,
  refs: readonly ReleaseRef[],
  namespace: string,
  kind: string,
): Promise<KubeObject[]> {
  const resource = (await plane.kube.discovery.all()).find(
    (candidate) => candidate.kind === kind && candidate.verbs.includes("list"),
  );
  if (resource === undefined || !resource.isNamespaced) return [];
  const namespaces = new Set([namespace, ...refs.map((ref) => ref.namespace).filter((name) => name !== undefined)]);
  const lists = await Promise.all(
    [...namespaces].map((name) => plane.kube.list(resource.apiVersion, kind, { namespace: name })),
  );
  const members = new Set(refs.map((ref) => objectKey(ref)));
  const owners = new Map<string, Promise<KubeObject | undefined>>();
  const belongs = async (object: KubeObject, depth: number): Promise<boolean> => {
    for (const { apiVersion, kind: ownerKind, name } of object.metadata.ownerReferences ?? []) {
      const ref = ownerRef({ apiVersion, kind: ownerKind, name }, object.metadata.namespace);
      if (members.has(objectKey(ref))) return true;
      if (depth >= MAX_OWNER_DEPTH) continue;
      const key = objectKey(ref);
      const owner = owners.get(key) ?? plane.kube.get(ref);
      owners.set(key, owner);
      const found = await owner;
      if (found !== undefined && (await belongs(found, depth + 1))) return true;
    }
    return false;
  };
  const flags = await mapLimit(lists.flat(), CONCURRENCY, async (object) =>
    (await belongs(object, 1)) ? object : undefined,
  );
  return flags.filter((object) => object !== undefined);
}

function ownerRef(ref: ObjectRef, namespace: string | undefined): ObjectRef {
  return namespace === undefined ? ref : { ...ref, namespace };
}
