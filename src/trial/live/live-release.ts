import type { HelmRelease } from "../../helm/types.ts";
import { type KubeObject, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { fetchObjects, releaseRefs } from "../../release/release-objects.ts";

/** The objects of one revision of a release, as the API server has them at one moment. */
export interface LiveRelease {
  /** The keys of all objects that the manifest names, also of those that do not exist. */
  named: ReadonlySet<string>;
  objects: ReadonlyMap<string, KubeObject>;
  /** The Secrets that hooks have created. */
  hookSecrets: readonly KubeObject[];
}

/**
 * Reads the objects of a release's manifest, and those of an earlier moment, which the manifest may no longer name. Other
 * hooks than Secrets are left out, because every operation may create them anew.
 */
export async function readLiveRelease(
  plane: ControlPlane,
  release: HelmRelease,
  earlier?: Pick<LiveRelease, "objects">,
): Promise<LiveRelease> {
  const all = await releaseRefs(plane, release);
  const refs = all.filter(({ isHook }) => !isHook);
  const hookSecrets = all.filter(({ isHook, kind }) => isHook && kind === "Secret");
  const known = [...(earlier?.objects.values() ?? [])].map(toObjectRef);
  const objects = await fetchObjects(plane, [...refs, ...known]);
  return {
    named: new Set(refs.map((ref) => objectKey(ref))),
    objects: new Map(objects.map((object) => [objectKey(toObjectRef(object)), object])),
    hookSecrets: await fetchObjects(plane, hookSecrets),
  };
}

/** The Secrets of the release, those of hooks included. */
export function secretsOf({ objects, hookSecrets }: LiveRelease): KubeObject[] {
  return [...[...objects.values()].filter(({ kind }) => kind === "Secret"), ...hookSecrets];
}
