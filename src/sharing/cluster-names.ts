import { readCrds } from "../findings/chart-objects.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { addressesOf } from "./addresses.ts";
import { isExclusive } from "./exclusive-kinds.ts";

/** What a chart creates outside the namespace of its trial. */
export interface ClusterNames {
  /** Cluster-scoped objects and objects in other namespaces: two trials with the same one must not run at the same time. */
  refs: ObjectRef[];
  /** The keys of these objects, and the addresses that the chart names, sorted and without duplicates. */
  keys: string[];
  /** The pools that addresses of the chart are allocated from: others may use them at the same time. */
  pools: string[];
  /** Some of the objects change how the API server treats other charts: the trial must run alone. */
  isExclusive: boolean;
}

/** Reads the names from the rendered chart; the cluster is asked only which kinds it serves. */
export async function findClusterNames(
  template: Pick<HelmTemplateAnswer, "crds"> & { namespace: string; documents: readonly KubeObject[] },
  kube: Pick<KubeClient, "discovery">,
  signal?: AbortSignal,
): Promise<ClusterNames> {
  const objects = [...readCrds(template).map(({ object }) => object), ...template.documents];
  const refs: ObjectRef[] = [];
  for (const object of objects) {
    const ref = await outsideRef(object, template.namespace, kube, signal);
    if (ref !== undefined) refs.push(ref);
  }
  const { fixed, fixedPools, allocatedPools } = addressesOf(objects);
  return {
    refs,
    keys: [...new Set([...refs.map((ref) => objectKey(ref)), ...fixed, ...fixedPools])].sort(),
    pools: allocatedPools,
    isExclusive: objects.some((object) => isExclusive(object, template.namespace)),
  };
}

async function outsideRef(
  object: KubeObject,
  namespace: string,
  kube: Pick<KubeClient, "discovery">,
  signal: AbortSignal | undefined,
): Promise<ObjectRef | undefined> {
  const ref = toObjectRef(object);
  const resource = await kube.discovery.find(ref.apiVersion, ref.kind, signal);
  // A kind that the chart's own CRD adds: the trial is exclusive anyway.
  if (resource === undefined || ref.name === "") return undefined;
  if (resource.isNamespaced) return ref.namespace === undefined || ref.namespace === namespace ? undefined : ref;
  const { namespace: _none, ...clusterRef } = ref;
  return clusterRef;
}
