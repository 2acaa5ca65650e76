import { UsageError } from "../errors/usage-error.ts";
import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { findHolder, readHolds } from "./hold-registry.ts";

/**
 * Rejects with `SEATRIAL_USAGE` when `installCrds` has put in place what a chart creates from its templates: Helm would
 * refuse it, or write over what others need, and nobody can wait until it is let go.
 */
export async function rejectInPlace(
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
    `${formatObjectRef(ref)} is in the chart's templates, and is in place already by installCrds or --crds`,
    { hint: "leave it out there, and try charts that take it for granted apart from this one" },
  );
}
