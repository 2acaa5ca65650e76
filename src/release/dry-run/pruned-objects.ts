import type { Finding } from "../../findings/finding.ts";
import { statusFindings } from "../../findings/status-findings.ts";
import { isPruned } from "../../helm/annotations.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../../kube/object-ref.ts";
import { ApiStatusError } from "../../kube/status.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { mapLimit } from "../../util/map-limit.ts";

const CONCURRENCY = 16;

/** What an upgrade deletes. */
export interface PrunedObjects {
  /** The objects as stored. */
  objects: KubeObject[];
  /** One for each object that the API server would not delete. */
  findings: Finding[];
}

/**
 * Of the objects of the current revision that the chart no longer renders, those that Helm does not keep. Each deletion is tried
 * as a dry run.
 */
export async function prunedObjects(
  plane: ControlPlane,
  gone: readonly ObjectRef[],
  signal: AbortSignal | undefined,
): Promise<PrunedObjects> {
  const tried = await mapLimit(gone, CONCURRENCY, async (ref) => {
    const object = await plane.kube.get(ref, { signal });
    if (object === undefined || !isPruned(object.metadata.annotations)) return undefined;
    return { object, findings: await tryDelete(plane, object, signal) };
  });
  const pruned = tried.filter((each) => each !== undefined);
  return { objects: pruned.map(({ object }) => object), findings: pruned.flatMap(({ findings }) => findings) };
}

async function tryDelete(
  { kube }: ControlPlane,
  object: KubeObject,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const ref = toObjectRef(object);
  try {
    await kube.delete(ref, { dryRun: true, signal });
    return [];
  } catch (error) {
    if (!(error instanceof ApiStatusError) || error.code !== "SEATRIAL_REJECTED") throw error;
    return statusFindings(error.status).map(({ message, reason }) => ({
      severity: "error",
      step: "dry-run",
      object: ref,
      message: `the chart no longer has it, and the upgrade cannot delete it: ${message}`,
      ...(reason === undefined ? {} : { reason }),
    }));
  }
}
