import { ignoreTimeout } from "../../errors/timeout-error.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { waitForObject } from "../../kube/wait.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { computeStatus } from "../../readiness/compute-status.ts";
import { isMapping } from "../../util/is-mapping.ts";

const TIMEOUT_MS = 10_000;

/**
 * Waits until the StatefulSets of a release whose updateStrategy is OnDelete have their Pods, at most 10 s. Helm does not wait for
 * these Pods, and which Pods an upgrade finds must not depend on how quick a controller is.
 */
export async function waitForOnDeletePods(
  { kube }: Pick<ControlPlane, "kube">,
  release: HelmRelease,
  signal: AbortSignal | undefined,
): Promise<void> {
  const workloads = tryReleaseDocuments(release).filter(({ object }) => isOnDelete(object));
  await Promise.all(
    workloads.map(async ({ object }) => {
      const waitingFor = `the Pods of ${object.kind} ${object.metadata.name}`;
      const ref = { namespace: release.namespace, ...toObjectRef(object) };
      await waitForObject(kube, ref, hasPods, { timeoutMs: TIMEOUT_MS, waitingFor, signal }).catch(ignoreTimeout);
    }),
  );
}

function isOnDelete({ kind, spec }: KubeObject): boolean {
  if (kind !== "StatefulSet" || !isMapping(spec) || !isMapping(spec.updateStrategy)) return false;
  return spec.updateStrategy.type === "OnDelete";
}

function hasPods(object: KubeObject): boolean {
  const { updateStrategy: _, ...spec } = isMapping(object.spec) ? object.spec : {};
  return computeStatus({ ...object, spec }).status === "Current";
}
