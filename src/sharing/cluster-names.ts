import { parseManifest } from "../chart/manifest.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";

/** A file of `crds/` as Helm renders it. */
interface RenderedCrds {
  file: string;
  manifest: string;
}

/** What a chart makes outside the namespace of its trial. */
export interface ClusterClaims {
  /** Cluster-scoped objects and objects in other namespaces: two trials that name the same one must not meet. */
  refs: ObjectRef[];
  /** Names of the claims to lock, sorted: two charts may claim one object in different API versions. */
  keys: string[];
  /** Some of it changes how the API server treats other charts: the trial must be alone. */
  isExclusive: boolean;
}

// These act on requests that have nothing to do with their chart: a trial beside them could fail, or pass, because of them.
const actingKinds = new Set([
  "APIService",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttributesClass",
]);

/** Reads the claims off the rendered chart; nothing is asked of the cluster but which kinds it serves. */
export async function findClusterClaims(
  template: { namespace: string; documents: readonly KubeObject[]; crds: readonly RenderedCrds[] },
  kube: Pick<KubeClient, "discovery">,
  signal?: AbortSignal,
): Promise<ClusterClaims> {
  const crds = template.crds.flatMap(({ file, manifest }) => parseManifest(manifest, file));
  const objects = [...crds.map(({ object }) => object), ...template.documents];
  const refs: ObjectRef[] = [];
  for (const object of objects) {
    const ref = await outsideRef(object, template.namespace, kube, signal);
    if (ref !== undefined) refs.push(ref);
  }
  return {
    refs,
    keys: [...new Set(refs.map(claimKey))].sort(),
    isExclusive: objects.some((object) => actingKinds.has(object.kind)),
  };
}

/** The same for one object in all its API versions. */
export function claimKey(ref: ObjectRef): string {
  const group = ref.apiVersion.includes("/") ? ref.apiVersion.split("/")[0] : "";
  return [group, ref.kind, ref.namespace ?? "", ref.name].join("/");
}

async function outsideRef(
  object: KubeObject,
  namespace: string,
  kube: Pick<KubeClient, "discovery">,
  signal: AbortSignal | undefined,
): Promise<ObjectRef | undefined> {
  const ref = toObjectRef(object);
  const resource = await kube.discovery.find(ref.apiVersion, ref.kind, signal);
  // A kind that the chart's own CRD adds: the trial is alone anyway.
  if (resource === undefined || ref.name === "") return undefined;
  if (resource.isNamespaced) return ref.namespace === undefined || ref.namespace === namespace ? undefined : ref;
  const { namespace: _none, ...clusterRef } = ref;
  return clusterRef;
}
