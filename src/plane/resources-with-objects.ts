import type { KubeResource } from "../kube/discovery.ts";
import { groupOf } from "../kube/object-ref.ts";
import type { ControlPlane } from "./control-plane.ts";

interface Named {
  group: string;
  plural: string;
  isNamespaced: boolean;
}

/**
 * The resources that may have objects in the namespace or, if they are cluster-scoped, anywhere: those that are worth a request
 * each. The engine looks into its own etcd; elsewhere, all resources are returned.
 */
export async function resourcesWithObjects(
  plane: ControlPlane,
  namespace: string,
  resources: readonly KubeResource[],
  signal?: AbortSignal,
): Promise<KubeResource[]> {
  if (plane.provider !== "engine") return [...resources];
  const request = { namespace, resources: resources.map(toNamed) };
  const answer = await plane.engine.ask<{ resources: Named[] }>("resources-with-objects", request, { signal });
  const found = new Set(answer.resources.map(toKey));
  return resources.filter((resource) => found.has(toKey(toNamed(resource))));
}

function toNamed({ apiVersion, plural, isNamespaced }: KubeResource): Named {
  return { group: groupOf(apiVersion), plural, isNamespaced };
}

function toKey({ group, plural }: Named): string {
  return `${plural}.${group}`;
}
