import type { KubeObject } from "../kube/object-ref.ts";
import { computeStatus } from "./compute-status.ts";
import type { Problem } from "./problem.ts";
import { type Snapshot, usesClaim, warningsOf } from "./snapshot.ts";

/** The reason of a claim that waits for a Pod, as the volume controller's event has it. */
export const UNUSED_CLAIM = "WaitForFirstConsumer";
// The volume controller's events for a claim without a class; it is a normal event.
const NO_VOLUME = "FailedBinding";
// The same for a class whose provisioner is a program of its own.
const ASKED = "ExternalProvisioning";
const SIMULATED_PROVISIONER = "seatrial.dev/simulated";

/** Why a claim is not bound. */
export function claimProblems(snapshot: Snapshot, claim: KubeObject): Problem[] {
  if (claim.kind !== "PersistentVolumeClaim" || computeStatus(claim).status === "Current") return [];
  const warning = warningsOf(snapshot, claim).at(-1);
  if (warning !== undefined) return [warningProblem(warning)];
  const events = snapshot.events.filter(({ uid }) => uid === claim.metadata.uid);
  const unbound = events.findLast(({ reason }) => reason === NO_VOLUME);
  if (unbound !== undefined) {
    const hint =
      "pass a PersistentVolume that fits, or a default StorageClass: check --given <file>, or `given` in ci/seatrial.yaml";
    return [{ reason: NO_VOLUME, message: unbound.message, isTerminal: true, isOfCluster: true, hint }];
  }
  const asked = events.findLast(({ reason, message }) => reason === ASKED && !message.includes(SIMULATED_PROVISIONER));
  if (asked !== undefined) {
    const hint = `give the StorageClass the provisioner ${SIMULATED_PROVISIONER}, or pass a PersistentVolume that fits`;
    const problem = { reason: ASKED, message: asked.message, isTerminal: false };
    return [{ ...problem, needsOthers: true, isOfCluster: true, hint }];
  }
  if (!events.some(({ reason }) => reason === UNUSED_CLAIM)) return [];
  if (snapshot.made.some((pod) => usesClaim(pod, claim))) return [];
  const { storageClassName } = (claim.spec ?? {}) as { storageClassName?: string };
  const message = `StorageClass ${storageClassName} binds it for a Pod that uses it, and there is none`;
  return [{ reason: UNUSED_CLAIM, message, isTerminal: false }];
}

function warningProblem({ reason, message }: { reason: string; message: string }): Problem {
  const name = message.match(/storageclass\.storage\.k8s\.io "([^"]+)" not found/)?.[1];
  const missing = name === undefined ? {} : { missing: { kind: "StorageClass", name } };
  return { reason, message, isTerminal: false, ...missing };
}
