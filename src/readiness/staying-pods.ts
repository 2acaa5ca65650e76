import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { isOfNewRevision } from "./new-revision.ts";
import { podSpecOf } from "./pod-spec.ts";
import { descendantsOf, type Snapshot } from "./snapshot.ts";
import type { SpecContext } from "./spec-problems.ts";

/** The Pods of a snapshot's objects that are on nodes and stay there: no Job, hook or roll-out will remove them. */
export function stayingPods(snapshot: Snapshot, contextOf: (ref: ObjectRef) => SpecContext): KubeObject[] {
  return snapshot.roots.flatMap(({ ref, object }) => {
    if (object === undefined || object.kind === "Job" || contextOf(ref).mustComplete) return [];
    const family = [object, ...descendantsOf(snapshot, object)];
    return family.filter((member) => isStaying(object, member, family));
  });
}

function isStaying(root: KubeObject, member: KubeObject, family: readonly KubeObject[]): boolean {
  const { phase } = (member.status ?? {}) as { phase?: string };
  const { deletionTimestamp, ownerReferences = [] } = member.metadata;
  if (member.kind !== "Pod" || podSpecOf(member).nodeName === undefined || deletionTimestamp !== undefined)
    return false;
  if (phase === "Succeeded" || phase === "Failed") return false;
  const owner = family.find(({ metadata }) => ownerReferences.some(({ uid }) => uid === metadata.uid));
  return isOfNewRevision(root, member, owner);
}
