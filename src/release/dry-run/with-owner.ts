import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import type { ReleaseId } from "../../helm/annotations.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { findOwner } from "../../sharing/ownership.ts";
import { kubernetesOwn } from "./kubernetes-own.ts";
import type { Submitted } from "./submit.ts";

/**
 * What was submitted, with a finding when the object exists and Helm does not take it over, because it has another owner. Helm
 * looks at the owner before it writes, so conflicts of fields with that owner are left out.
 */
export async function withOwner(plane: ControlPlane, submitted: Submitted, release: ReleaseId): Promise<Submitted> {
  const { item, object, findings } = submitted;
  const isConflict = findings.some(({ reason }) => reason === "Conflict");
  // An object that a dry run would create has no version.
  if (item.role !== "manifest" || (object?.metadata.resourceVersion === undefined && !isConflict)) return submitted;
  const { namespace = release.namespace } = item.object.metadata;
  const ref = toObjectRef(object ?? { ...item.object, metadata: { ...item.object.metadata, namespace } });
  const existing = await plane.kube.get(ref);
  const owner = existing === undefined ? undefined : await findOwner(plane, existing, release);
  if (existing === undefined || owner?.kind !== "other") return submitted;
  const found = objectFinding(item, { reason: "AlreadyExists", ...explain(existing, owner.problem, release) });
  return { ...submitted, findings: [...findings.filter(({ reason }) => reason !== "Conflict"), found] };
}

function explain(existing: KubeObject, problem: string, release: ReleaseId): Pick<Finding, "message" | "hint"> {
  const { kind, metadata } = existing;
  if (kind === "Namespace" && metadata.name === release.namespace) {
    return {
      message: "the chart creates the Namespace of its own release, which exists before the release does",
      hint: "leave the Namespace out of the chart: helm install --create-namespace creates it",
    };
  }
  return (
    kubernetesOwn(existing) ?? {
      message: `${kind} "${metadata.name}" exists and cannot be imported into the release: ${problem}`,
    }
  );
}
