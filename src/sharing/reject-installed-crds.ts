import { UsageError } from "../errors/usage-error.ts";
import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { findHolder, readHolds } from "./hold-registry.ts";

/**
 * Rejects with `SEATRIAL_USAGE` when `installCrds` has created a CustomResourceDefinition that a chart creates from its
 * templates: Helm would refuse it, or overwrite what others need, and there is no end of the hold to wait for.
 */
export async function rejectInstalledCrds(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  signal?: AbortSignal,
): Promise<void> {
  const crds = objects.filter(({ kind }) => kind === "CustomResourceDefinition").map(toObjectRef);
  if (crds.length === 0) return;
  const holds = await readHolds(plane.kube, signal);
  const ref = crds.find((crd) => findHolder(holds, crd) === "caller");
  if (ref === undefined) return;
  throw new UsageError(
    `${formatObjectRef(ref)} is in the chart's templates, and installCrds or --crds has already created it`,
    { hint: "leave it out of installCrds or --crds, and check the charts that need it in a run of their own" },
  );
}
