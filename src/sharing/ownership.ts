import { isManagedByHelm, isOfRelease, type ReleaseId, releaseOf } from "../helm/annotations.ts";
import { type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { OWNER_LABEL } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { isOwnerDead, ownerToken } from "../process/owner.ts";
import { findHolder, readHolds } from "./hold-registry.ts";
import { releaseRecords } from "./release-records.ts";

/** Who owns an object, as far as Helm and seatrial have recorded it. */
export type Owner =
  /** The release itself. */
  | { kind: "release" }
  /** Another trial that runs at the same time and removes the object by itself. */
  | { kind: "trial"; description: string }
  /** A trial whose process ended without removing the object, with its namespace or, in a namespace of others, its release. */
  | { kind: "abandoned"; namespace: string; releaseName?: string }
  /** Somebody else. */
  | { kind: "other"; problem: string };

/** Who owns an existing object, from the view of a release. */
export async function findOwner(plane: ControlPlane, object: KubeObject, release: ReleaseId): Promise<Owner> {
  const holder = findHolder(await readHolds(plane.kube), toObjectRef(object));
  if (holder !== undefined) return { kind: "trial", description: "another trial holds it" };
  if (isOfRelease(object.metadata, release) && isManagedByHelm(object.metadata)) return { kind: "release" };
  const owner = releaseOf(object.metadata);
  if (owner === undefined) return { kind: "other", problem: "it was not created by Helm" };
  const { namespace, releaseName } = owner;
  const description = `it belongs to release "${releaseName}" in namespace "${namespace}"`;
  const found = await plane.kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace });
  const token = found?.metadata.labels?.[OWNER_LABEL];
  if (token !== undefined && isOwnerDead(token)) return { kind: "abandoned", namespace };
  // A release may have another owner than its namespace.
  const [record] = await releaseRecords(plane, owner);
  const releaseToken = record?.owner ?? token;
  if (releaseToken === undefined || releaseToken === ownerToken) return { kind: "other", problem: description };
  return isOwnerDead(releaseToken) ? { kind: "abandoned", ...owner } : { kind: "trial", description };
}
