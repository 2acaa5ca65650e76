import { isReleaseNotFound } from "../helm/helm-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { OWNER_LABEL, removeNamespace } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { isOwnerDead } from "../process/owner.ts";
import { mapLimit } from "../util/map-limit.ts";

const CONCURRENCY = 4;

/** Removes the namespaces of processes that ended without removing them, and uninstalls the releases in them. */
export async function removeAbandoned(plane: ControlPlane): Promise<void> {
  const namespaces = await plane.kube.list("v1", "Namespace", { labelSelector: OWNER_LABEL });
  await mapLimit(namespaces.filter(isAbandoned), CONCURRENCY, ({ metadata }) =>
    removeAbandonedNamespace(plane, metadata.name ?? ""),
  );
}

/** Uninstalls the releases in a namespace, because they have objects outside, and removes the namespace. */
export async function removeAbandonedNamespace(plane: ControlPlane, namespace: string): Promise<void> {
  const records = await plane.kube.list("v1", "Secret", { namespace, labelSelector: "owner=helm" });
  for (const name of new Set(records.map(({ metadata }) => metadata.labels?.name))) {
    if (name === undefined) continue;
    const uninstall = plane.helm.uninstall({ namespace, releaseName: name, noHooks: true, ignoreNotFound: true });
    // Another process may be removing it, too.
    await uninstall.catch((error: unknown) => {
      if (!isReleaseNotFound(error)) throw error;
    });
  }
  await removeNamespace(plane.kube, namespace);
}

function isAbandoned({ metadata }: KubeObject): boolean {
  const token = metadata.labels?.[OWNER_LABEL];
  return token !== undefined && isOwnerDead(token);
}
