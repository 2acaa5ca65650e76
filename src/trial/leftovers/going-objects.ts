import type { KubeObject, KubeObjectMeta } from "../../kube/object-ref.ts";

const AGGREGATION = "clusterrole-aggregation-controller";
const ENDPOINTS_MANAGER = "endpoints.kubernetes.io/managed-by";

/** The uids of the objects that exist. */
export type Uids = ReadonlySet<string | undefined>;

/**
 * Whether Kubernetes is about to remove the object: it is being deleted, its owners are gone, or its controller removes it. The
 * controller of Endpoints may create them after their Service was removed, without an owner reference, and then removes them.
 */
export function isBeingCollected(object: KubeObject, present: Uids): boolean {
  const { deletionTimestamp, ownerReferences = [] } = object.metadata;
  if (deletionTimestamp !== undefined || isOfController(object)) return true;
  return ownerReferences.length > 0 && !isOwned(object, present);
}

/** Whether an owner of the object exists. */
export function isOwned({ metadata }: KubeObject, present: Uids): boolean {
  return (metadata.ownerReferences ?? []).some(({ uid }) => present.has(uid));
}

/** Whether Kubernetes removes the object some time later: a Job with a time to live that has ended, or Endpoints of its own. */
export function goesLater(object: KubeObject): boolean {
  const { ttlSecondsAfterFinished } = (object.spec ?? {}) as { ttlSecondsAfterFinished?: number };
  const { conditions = [] } = (object.status ?? {}) as { conditions?: { type?: string; status?: string }[] };
  const hasEnded = conditions.some(({ type, status: is }) => is === "True" && /^(Complete|Failed)$/.test(type ?? ""));
  return isOfController(object) || (object.kind === "Job" && ttlSecondsAfterFinished !== undefined && hasEnded);
}

/**
 * Whether a controller that may create ClusterRoles has created an aggregated one once more when it had just been deleted, by
 * applying its rules: that is not the chart's doing. Without rules, such an object has no field that anybody manages.
 */
export function isRemade({ kind, metadata }: KubeObject): boolean {
  const {
    labels,
    annotations,
    managedFields = [],
  } = metadata as KubeObjectMeta & {
    managedFields?: { manager?: string }[];
  };
  const isBare = labels === undefined && annotations === undefined;
  return kind === "ClusterRole" && isBare && managedFields.every(({ manager }) => manager === AGGREGATION);
}

function isOfController({ kind, metadata }: KubeObject): boolean {
  return kind === "Endpoints" && metadata.labels?.[ENDPOINTS_MANAGER] === "endpoint-controller";
}
