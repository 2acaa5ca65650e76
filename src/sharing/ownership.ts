import { type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import { isOwnerGone, OWNER_LABEL, ownerToken } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { findHolder, readHolds } from "./hold-registry.ts";

/** Whom an object belongs to, as far as Helm and seatrial have written it down. */
export type Owner =
  /** This very release. */
  | { kind: "release" }
  /** Another trial that runs at the same time; it goes away by itself. */
  | { kind: "trial"; description: string }
  /** A trial whose process ended without removing it. */
  | { kind: "abandoned"; namespace: string }
  /** Somebody else. */
  | { kind: "other"; problem: string };

/** Whom an existing object belongs to, from the view of a release. */
export async function findOwner(
  plane: ControlPlane,
  object: KubeObject,
  release: { namespace: string; releaseName: string },
): Promise<Owner> {
  const holder = findHolder(await readHolds(plane.kube), toObjectRef(object));
  if (holder !== undefined) return { kind: "trial", description: "another trial holds it" };
  const annotations = object.metadata.annotations ?? {};
  const name = annotations["meta.helm.sh/release-name"];
  const namespace = annotations["meta.helm.sh/release-namespace"];
  const manager = object.metadata.labels?.["app.kubernetes.io/managed-by"];
  if (name === release.releaseName && namespace === release.namespace && manager === "Helm") return { kind: "release" };
  if (name === undefined || namespace === undefined) return { kind: "other", problem: "it was not made by Helm" };
  const belonging = `it belongs to release "${name}" in namespace "${namespace}"`;
  const home = await plane.kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace });
  const token = home?.metadata.labels?.[OWNER_LABEL];
  if (token === undefined || token === ownerToken) return { kind: "other", problem: belonging };
  return isOwnerGone(token) ? { kind: "abandoned", namespace } : { kind: "trial", description: belonging };
}
