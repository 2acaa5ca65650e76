import { ClusterError } from "../../errors/cluster-error.ts";
import { isOfRelease } from "../../helm/annotations.ts";
import type { KubeResource } from "../../kube/discovery.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { groupOf, type KubeObject } from "../../kube/object-ref.ts";
import { ApiStatusError } from "../../kube/status.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { resourcesWithObjects } from "../../plane/resources-with-objects.ts";
import { mapLimit } from "../../util/map-limit.ts";

const LISTS_AT_ONCE = 8;

/** The release whose objects to look for. */
export interface SweptRelease {
  namespace: string;
  releaseName: string;
  signal?: AbortSignal | undefined;
}

/** What a sweep found. */
export interface Swept {
  objects: KubeObject[];
  /** The API server is adding or removing a kind, and could not list its objects. */
  isIncomplete: boolean;
}

/**
 * Every object in a namespace but the objects that Kubernetes creates in every namespace, and every cluster-scoped object
 * whose annotations name the release.
 */
export async function sweep(plane: ControlPlane, release: SweptRelease): Promise<Swept> {
  const { kube } = plane;
  const all = listable(await kube.discovery.all(release.signal));
  const resources = await resourcesWithObjects(plane, release.namespace, all, release.signal);
  const lists = await mapLimit(resources, LISTS_AT_ONCE, (resource) => listOwn(kube, resource, release));
  return {
    objects: lists.flatMap((list) => list ?? []),
    isIncomplete: lists.some((list) => list === undefined),
  };
}

async function listOwn(
  kube: KubeClient,
  resource: KubeResource,
  release: SweptRelease,
): Promise<KubeObject[] | undefined> {
  const { apiVersion, kind, isNamespaced } = resource;
  const { namespace, signal } = release;
  try {
    const objects = await kube.list(apiVersion, kind, { signal, ...(isNamespaced ? { namespace } : {}) });
    return objects.filter((object) =>
      isNamespaced ? !isCreatedByKubernetes(object) : isOfRelease(object.metadata, release),
    );
  } catch (error) {
    // "storage is (re)initializing": the kind's CRD is being removed, or has just been created.
    if (error instanceof ApiStatusError && error.statusCode === 429) return undefined;
    // A kind whose CRD was removed after the kinds were read, or an aggregated API without a server.
    const isGone = error instanceof ClusterError && error.reason === "NotFound";
    const isUnserved = error instanceof ApiStatusError && [404, 405, 503].includes(error.statusCode);
    if (isGone || isUnserved) return [];
    throw error;
  }
}

// One version of a kind is enough: all versions list the same objects. Events are a log, not leftovers.
function listable(resources: readonly KubeResource[]): KubeResource[] {
  const kinds = new Map<string, KubeResource>();
  for (const resource of resources) {
    if (!resource.verbs.includes("list") || resource.kind === "Event" || resource.kind === "ComponentStatus") continue;
    const key = `${groupOf(resource.apiVersion)}/${resource.kind}`;
    if (!kinds.has(key)) kinds.set(key, resource);
  }
  return [...kinds.values()];
}

function isCreatedByKubernetes({ kind, metadata }: KubeObject): boolean {
  if (kind === "ServiceAccount") return metadata.name === "default";
  return kind === "ConfigMap" && metadata.name === "kube-root-ca.crt";
}
