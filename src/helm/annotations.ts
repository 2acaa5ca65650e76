import type { KubeObjectMeta } from "../kube/object-ref.ts";

const RELEASE_NAME = "meta.helm.sh/release-name";
const RELEASE_NAMESPACE = "meta.helm.sh/release-namespace";
const MANAGED_BY = "app.kubernetes.io/managed-by";
const RESOURCE_POLICY = "helm.sh/resource-policy";
const HOOK = "helm.sh/hook";

type Annotations = KubeObjectMeta["annotations"];

/** What identifies a release. */
export interface ReleaseId {
  namespace: string;
  releaseName: string;
}

/** Metadata with what Helm adds to every object of a release's manifest. */
export function withReleaseMetadata(metadata: KubeObjectMeta, { namespace, releaseName }: ReleaseId): KubeObjectMeta {
  return {
    ...metadata,
    labels: { ...metadata.labels, [MANAGED_BY]: "Helm" },
    annotations: { ...metadata.annotations, [RELEASE_NAME]: releaseName, [RELEASE_NAMESPACE]: namespace },
  };
}

/** The release that an object's annotations name; `undefined` when Helm did not create the object. */
export function releaseOf({ annotations = {} }: KubeObjectMeta): ReleaseId | undefined {
  const { [RELEASE_NAME]: releaseName, [RELEASE_NAMESPACE]: namespace } = annotations;
  return releaseName === undefined || namespace === undefined ? undefined : { namespace, releaseName };
}

/** Whether an object's annotations name this release. */
export function isOfRelease(metadata: KubeObjectMeta, { namespace, releaseName }: ReleaseId): boolean {
  const release = releaseOf(metadata);
  return release?.releaseName === releaseName && release.namespace === namespace;
}

/** Whether an object's labels say that Helm manages it. */
export function isManagedByHelm({ labels }: KubeObjectMeta): boolean {
  return labels?.[MANAGED_BY] === "Helm";
}

/** Whether Helm keeps the object when its release is uninstalled: Helm trims the policy and ignores its case. */
export function isKept(annotations: Annotations): boolean {
  return (
    String(annotations?.[RESOURCE_POLICY] ?? "")
      .trim()
      .toLowerCase() === "keep"
  );
}

/** Whether an upgrade deletes the object when the chart no longer renders it: here Helm compares the policy as it is. */
export function isPruned(annotations: Annotations): boolean {
  return annotations?.[RESOURCE_POLICY] !== "keep";
}

/** Whether the object is a hook. */
export function isHook(annotations: Annotations): boolean {
  return annotations?.[HOOK] !== undefined;
}
