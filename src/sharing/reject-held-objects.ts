import { UsageError } from "../errors/usage-error.ts";
import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { findHolder, readHolds } from "./hold-registry.ts";

/**
 * Rejects with `SEATRIAL_USAGE` when a caller holds an object that a chart creates from its templates: Helm would refuse
 * it, or overwrite what others need, and there is no end of the hold to wait for.
 */
export async function rejectHeldObjects(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  signal?: AbortSignal,
): Promise<void> {
  if (objects.length === 0) return;
  const holds = await readHolds(plane.kube, signal);
  const ref = objects.map(toObjectRef).find((object) => findHolder(holds, object) === "caller");
  if (ref === undefined) return;
  const isCrd = ref.kind === "CustomResourceDefinition";
  const [creator, list] = isCrd
    ? ["installCrds or --crds", "installCrds or --crds"]
    : ["--given, or `given` of a seatrial.yaml,", "the given objects"];
  throw new UsageError(`${formatObjectRef(ref)} is in the chart's templates, and ${creator} has already created it`, {
    hint: `leave it out of ${list}, and check the charts that need it in a run of their own`,
  });
}
