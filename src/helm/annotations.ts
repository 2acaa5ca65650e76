import type { KubeObjectMeta } from "../kube/object-ref.ts";
import { isMapping } from "../util/is-mapping.ts";

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
    labels: merge(metadata.labels, { [MANAGED_BY]: "Helm" }),
    annotations: merge(metadata.annotations, { [RELEASE_NAME]: releaseName, [RELEASE_NAMESPACE]: namespace }),
  };
}

// A chart may render a list or a string in place of the mapping. It stays, for the API server to refuse.
function merge(rendered: Annotations | null, added: Record<string, string>): Record<string, string> {
  return rendered === undefined || rendered === null || isMapping(rendered) ? { ...rendered, ...added } : rendered;
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

/**
 * What of an object's metadata does not name this release, for people; `undefined` when Helm takes the object for the release's
 * own. Source: checkOwnership of helm.sh/helm/v4/pkg/action.
 */
export function foreignMark({ labels, annotations }: KubeObjectMeta, release: ReleaseId): string | undefined {
  const expected = [
    ["label", MANAGED_BY, labels?.[MANAGED_BY], "Helm"],
    ["annotation", RELEASE_NAME, annotations?.[RELEASE_NAME], release.releaseName],
    ["annotation", RELEASE_NAMESPACE, annotations?.[RELEASE_NAMESPACE], release.namespace],
  ] as const;
  const wrong = expected.find(([, , actual, wanted]) => actual !== wanted);
  if (wrong === undefined) return undefined;
  const [what, key, actual, wanted] = wrong;
  return actual === undefined
    ? `its ${what} ${key} is missing`
    : `its ${what} ${key} is "${actual}" instead of "${wanted}"`;
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
