import type { ReleaseId } from "../helm/annotations.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { ApiStatusError } from "../kube/status.ts";
import { OWNER_LABEL } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";

/** The last revision of a release, as the labels of Helm's record say. */
export interface ReleaseRecord extends ReleaseId {
  revision: number;
  /** `deployed`, `pending-install` … */
  status: string;
  /** The owner token of the process that made the revision; `undefined` for a revision that seatrial has not made. */
  owner: string | undefined;
}

/**
 * The releases that Helm has recorded, one for each release: in one namespace or all, of one name or of those that seatrial has
 * made. Empty where Secrets may not be listed.
 */
export async function releaseRecords(
  plane: ControlPlane,
  which: { namespace?: string | undefined; releaseName?: string | undefined; signal?: AbortSignal | undefined },
): Promise<ReleaseRecord[]> {
  const { namespace, releaseName, signal } = which;
  const marks = releaseName === undefined ? (namespace === undefined ? `,${OWNER_LABEL}` : "") : `,name=${releaseName}`;
  const secrets = await listSecrets(plane, { namespace, labelSelector: `owner=helm${marks}`, signal });
  const revisions = secrets.map(toRecord).sort((one, other) => one.revision - other.revision);
  const last = new Map(revisions.map((record) => [`${record.namespace}/${record.releaseName}`, record]));
  return [...last.values()];
}

async function listSecrets(
  { kube }: ControlPlane,
  options: { namespace: string | undefined; labelSelector: string; signal: AbortSignal | undefined },
): Promise<KubeObject[]> {
  try {
    return await kube.list("v1", "Secret", options);
  } catch (error) {
    if (error instanceof ApiStatusError && error.statusCode === 403) return [];
    throw error;
  }
}

function toRecord({ metadata }: KubeObject): ReleaseRecord {
  const { name = "", status = "", version = "0", [OWNER_LABEL]: owner } = metadata.labels ?? {};
  return { namespace: metadata.namespace ?? "", releaseName: name, revision: Number(version), status, owner };
}
